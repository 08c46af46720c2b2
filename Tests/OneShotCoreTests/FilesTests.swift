import Foundation
import OneShotCore
import OneShotTesting
import Testing

@Suite("Files")
struct FilesTests {
    @Test("the lines of a text are those that a person sees, whatever they end with, and its form feeds stay")
    func textLines() {
        #expect("a\r\n\r\nb\nc\u{C}d\u{2028}e\r\n".textLines == ["a", "", "b", "c\u{C}d\u{2028}e", ""])
    }

    @Test("a write replaces the content, sets the mode and leaves nothing beside it")
    func atomicWrite() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("f")
            try AtomicFile.write("one", to: file)
            try AtomicFile.write("two", to: file, mode: 0o600)
            #expect(try String(contentsOf: file, encoding: .utf8) == "two")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["f"])
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("a write to a directory that is not there says so")
    func unwritable() {
        #expect(throws: FileError.unwritable(path: "/nowhere/f", reason: "No such file or directory")) {
            try AtomicFile.write("x", to: URL(fileURLWithPath: "/nowhere/f"))
        }
    }

    @Test("the workspace is the nearest parent with data/ or oneshot.toml, else the git root, else here")
    func workspace() async throws {
        try await withTemporaryDirectory { directory in
            let nested = directory.appendingPathComponent("repo/src/deep")
            try AtomicFile.makeDirectory(nested)
            #expect(Workspace.containing(nested).root.path == nested.path)
            try AtomicFile.makeDirectory(directory.appendingPathComponent("repo/.git"))
            #expect(Workspace.containing(nested).root.lastPathComponent == "repo")
            try AtomicFile.write("", to: directory.appendingPathComponent("oneshot.toml"))
            #expect(Workspace.containing(nested).root.path == directory.path)
            try AtomicFile.makeDirectory(directory.appendingPathComponent("repo/src/data"))
            #expect(Workspace.containing(nested).root.lastPathComponent == "src")
        }
    }

    @Test(
        "a title becomes a directory name",
        arguments: [
            ("Add comprehensive repo information to README", "add-comprehensive-repo-information-to-readme"),
            ("  ../../etc/passwd ", "etc-passwd"), ("Überraschung!", "berraschung"), ("日本", "task"), ("", "task"),
            (String(repeating: "word ", count: 40), String(repeating: "word-", count: 12).dropLast().description),
        ]
    )
    func slug(title: String, name: String) {
        #expect(Slug.make(title) == name)
    }

    @Test(
        "a run id is one word that is safe in a URL and in a file name",
        arguments: [("dogfood_readme_17", true), ("", false), ("a b", false), ("a/b", false), ("a:b", false)]
    )
    func runID(text: String, valid: Bool) {
        #expect((RunID(text) != nil) == valid)
    }

    @Test("generated run ids are valid run ids")
    func generatedRunID() {
        let id = RunID.generate(now: Date(timeIntervalSince1970: 0))
        #expect(id.description.hasPrefix("run-19700101-000000-"))
        #expect(RunID(id.description) == id)
    }
}
