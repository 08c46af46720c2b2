import Foundation
import OneShotProcess
import OneShotTesting
import OneShotWorkbench
import Testing

@Suite("codex-synth")
struct CodexSynthTests {
    private static let program = URL(fileURLWithPath: "/opt/one shot/oneshot")

    @Test("is written once, and mended when it is another version's or lost its mode")
    func install() async throws {
        try await withTemporaryDirectory { directory in
            let command = CodexSynth(directory: directory.appendingPathComponent("new/bin"))
            let elsewhere = URL(fileURLWithPath: "/elsewhere/oneshot")
            var outcomes = [try command.install(executable: Self.program)]
            outcomes.append(try command.install(executable: Self.program))
            outcomes.append(try command.install(executable: elsewhere))
            chmod(command.script.path, 0o644)
            outcomes.append(try command.install(executable: elsewhere))
            #expect(outcomes == [.written, .unchanged, .written, .written])
            #expect(FileManager.default.isExecutableFile(atPath: command.script.path))
        }
    }

    @Test("hands all words on to codex under oneshot trace")
    func words() async throws {
        try await withTemporaryDirectory { directory in
            let recorder = directory.appendingPathComponent("one shot")
            try "#!/bin/sh\nprintf '%s|' \"$@\"\n".write(to: recorder, atomically: true, encoding: .utf8)
            chmod(recorder.path, 0o755)
            let command = CodexSynth(directory: directory)
            _ = try command.install(executable: recorder)
            let result = try await Command(command.script.path, ["exec", "two words", ""]).runChecked()
            #expect(result.text == "trace|--agent|codex|--|codex|exec|two words||")
        }
    }

    @Test("somebody else's file of that name is left alone")
    func foreign() async throws {
        try await withTemporaryDirectory { directory in
            let command = CodexSynth(directory: directory)
            try "#!/bin/sh\necho mine\n".write(to: command.script, atomically: true, encoding: .utf8)
            #expect(throws: WorkbenchError.foreignFile(path: command.script.path)) {
                try command.install(executable: Self.program)
            }
            #expect(throws: WorkbenchError.foreignFile(path: command.script.path)) { try command.uninstall() }
            #expect(try String(contentsOf: command.script, encoding: .utf8) == "#!/bin/sh\necho mine\n")
        }
    }

    @Test("is removed, and only once")
    func uninstall() async throws {
        try await withTemporaryDirectory { directory in
            let command = CodexSynth(directory: directory)
            _ = try command.install(executable: Self.program)
            #expect(try command.uninstall())
            #expect(try !command.uninstall())
            #expect(!FileManager.default.fileExists(atPath: command.script.path))
        }
    }

    @Test("goes to ~/.local/bin, or to another of the user's directories if only that is on the PATH")
    func place() async throws {
        try await withTemporaryDirectory { home in
            let own = home.appendingPathComponent("bin")
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            func place(_ path: String) -> String {
                CodexSynth.defaultDirectory(environment: ["HOME": home.path, "PATH": path]).path
            }
            #expect(place("/usr/bin:\(own.path):\(home.path)/.local/bin") == "\(home.path)/.local/bin")
            #expect(place("/usr/bin:\(own.path)") == own.path)
            #expect(place("/usr/bin") == "\(home.path)/.local/bin")
        }
    }
}
