import Foundation
import OneShotTesting
import Testing

@testable import OneShotMCP

@Suite("Codex's configuration")
struct CodexConfigurationTests {
    private static let texts = [
        "", "\n", "model = \"gpt-5.5\"", "model = \"gpt-5.5\"\n", "# only a comment",
        "model = 'x'\r\n[features]\r\nplugins = false\r\n",
        "[mcp_servers.other]\ncommand = \"x\"\nargs = [\n  \"a\", # ]\n  \"b\"\n]\n",
        "text = \"\"\"\n[mcp_servers.oneshot]\n\"\"\"\n",
        "[mcp_servers]\n[mcp_servers.\"one shot\"]\ncommand = \"\"\n\n\n",
        "a.b = { c = [1, 2, { d = '}' }] }\n[[list]]\nx = 1979-05-27 07:32:00\n\t",
    ]

    @Test("installing and uninstalling again gives the same bytes and permissions", arguments: texts)
    func roundTrip(_ text: String) async throws {
        try await withTemporaryDirectory { home in
            let configuration = CodexConfiguration(home: home)
            try Data(text.utf8).write(to: configuration.file)
            chmod(configuration.file.path, 0o664)
            #expect(try configuration.install(executable: "/opt/oneshot", workspace: nil) == .installed)
            let installed = try String(contentsOf: configuration.file, encoding: .utf8)
            #expect(installed.hasPrefix(text))
            #expect(installed.contains("command = \"/opt/oneshot\"\nargs = [\"mcp\", \"serve\"]\nrequired = true\n"))
            #expect(try configuration.install(executable: "/opt/oneshot", workspace: nil) == .unchanged)
            #expect(try configuration.install(executable: "/new/oneshot", workspace: home) == .updated)
            #expect(try mode(of: configuration.file) == 0o664)
            #expect(try configuration.uninstall() == .removed)
            #expect(try Data(contentsOf: configuration.file) == Data(text.utf8))
            #expect(try mode(of: configuration.file) == 0o664)
            #expect(try configuration.uninstall() == .absent)
        }
    }

    @Test("Codex hands its key on to the server only where drafts are wanted")
    func drafts() async throws {
        try await withTemporaryDirectory { home in
            let configuration = CodexConfiguration(home: home)
            _ = try configuration.install(executable: "/opt/oneshot", workspace: nil)
            #expect(try !String(contentsOf: configuration.file, encoding: .utf8).contains("env_vars"))
            #expect(try configuration.install(executable: "/opt/oneshot", workspace: nil, drafts: true) == .updated)
            let line =
                #"env_vars = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ONESHOT_JUDGE_MODEL", "#
                + #""ONESHOT_JUDGE_BASE_URL", "ONESHOT_JUDGE_API"]"#
            #expect(try String(contentsOf: configuration.file, encoding: .utf8).contains(line))
        }
    }

    @Test("a file and a directory that were not there are gone again")
    func noFileBefore() async throws {
        try await withTemporaryDirectory { directory in
            let configuration = CodexConfiguration(home: directory.appendingPathComponent("home"))
            let change = try configuration.install(executable: "/opt/oneshot", workspace: nil)
            #expect(change == .installed)
            #expect(try mode(of: configuration.file) == 0o600)
            #expect(try configuration.uninstall() == .removed)
            #expect(!FileManager.default.fileExists(atPath: configuration.home.path))
        }
    }

    @Test("what was written around the block meanwhile stays")
    func textAround() async throws {
        try await withTemporaryDirectory { home in
            let configuration = CodexConfiguration(home: home)
            try Data("model = 'a'".utf8).write(to: configuration.file)
            _ = try configuration.install(executable: "/opt/oneshot", workspace: nil)
            let handle = try FileHandle(forWritingTo: configuration.file)
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("[tui]\nx = 1\n".utf8))
            try handle.close()
            #expect(try configuration.install(executable: "/new", workspace: nil) == .updated)
            #expect(try configuration.uninstall() == .removed)
            #expect(try String(contentsOf: configuration.file, encoding: .utf8) == "model = 'a'\n[tui]\nx = 1\n")
        }
    }

    @Test("a symbolic link stays one")
    func symbolicLink() async throws {
        try await withTemporaryDirectory { home in
            let configuration = CodexConfiguration(home: home)
            let real = home.appendingPathComponent("dotfiles.toml")
            try Data("x = 1\n".utf8).write(to: real)
            try FileManager.default.createSymbolicLink(at: configuration.file, withDestinationURL: real)
            _ = try configuration.install(executable: "/opt/oneshot", workspace: nil)
            #expect(try String(contentsOf: real, encoding: .utf8).contains("oneshot"))
            _ = try configuration.uninstall()
            #expect(try String(contentsOf: real, encoding: .utf8) == "x = 1\n")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: configuration.file.path) == real.path)
        }
    }

    @Test(
        "a file that leaves no room is left alone, and the line is named",
        arguments: [
            ("x = 1\n[mcp_servers.oneshot]\ncommand = 'mine'\n", "line 2"),
            ("[ mcp_servers . \"oneshot\" ]\n", "line 1"), ("[mcp_servers]\noneshot.command = 'x'\n", "line 2"),
            ("mcp_servers.oneshot = { command = 'x' }\n", "line 1"), ("mcp_servers = { a = {} }\n", "line 1"),
            ("[mcp_servers.oneshot.env]\nA = '1'\n", "line 1"), ("x = 1\ntext = \"\"\"\nnever closed\n", "line 2"),
            ("x = [1,\n", "line 1"), ("just words\n", "line 1"), ("# >>> oneshot >>>\nx = 1\n", "line 1"),
            ("x = 1\n# <<< oneshot <<<\n", "line 2"),
        ]
    )
    func refused(text: String, place: String) async throws {
        try await withTemporaryDirectory { home in
            let configuration = CodexConfiguration(home: home)
            try Data(text.utf8).write(to: configuration.file)
            let error = #expect(throws: CodexConfigurationError.self) {
                try configuration.install(executable: "/opt/oneshot", workspace: nil)
            }
            #expect(error?.description.contains(place) == true)
            #expect(try Data(contentsOf: configuration.file) == Data(text.utf8))
        }
    }

    @Test("the directory is CODEX_HOME, else .codex in HOME")
    func standard() {
        #expect(
            CodexConfiguration.standard(environment: ["CODEX_HOME": "/x", "HOME": "/h"]).file.path == "/x/config.toml"
        )
        #expect(CodexConfiguration.standard(environment: ["HOME": "/h"]).file.path == "/h/.codex/config.toml")
    }

    private func mode(of file: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    }
}
