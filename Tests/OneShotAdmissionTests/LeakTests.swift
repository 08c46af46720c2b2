import Foundation
import OneShotProcess
import OneShotRedaction
import OneShotTesting
import Testing

@testable import OneShotAdmission

@Suite("The search for leaks", .timeLimit(.minutes(1)))
struct LeakTests {
    private static let solution = """
        def parse(text):
            tokens = [token.strip() for token in text.split(",")]
            return {token: len(token) for token in tokens if token}

        """

    private static func index() -> LeakIndex {
        var index = LeakIndex()
        index.add(file: Data(solution.utf8), kind: .solutionFile, name: "parse.py")
        index.add(text: Data(solution.utf8), kind: .solutionText, name: "parse.py")
        index.add(hostPath: "/home/somebody/work")
        return index
    }

    /// Packs files with the real tar, in one of its formats.
    private static func tar(_ files: [String: Data], format: String, below directory: URL) async throws -> URL {
        let tree = directory.appendingPathComponent("tree")
        for (path, data) in files {
            let url = tree.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try data.write(to: url)
        }
        let archive = directory.appendingPathComponent("layer.tar")
        try await Command("tar", ["--format=\(format)", "-cf", archive.path, "-C", tree.path, "."]).runChecked()
        return archive
    }

    @Test("a layer with a file, a text, a place and a secret of ours is found out", arguments: ["gnu", "pax", "ustar"])
    func planted(format: String) async throws {
        let token = try #require(GeneratedSecret.all(seed: 1).first { $0.format.hasPrefix("github") }).value
        let indented = Self.solution.split(separator: "\n").map { "\t\t# \($0)" }.joined(separator: "\n")
        try await withTemporaryDirectory { directory in
            let long = String(repeating: "long-name/", count: format == "ustar" ? 8 : 20)
            let layer = try await Self.tar(
                [
                    "\(long)copy.py": Data(Self.solution.utf8),
                    "srv/notes.txt": Data(("x\n" + Self.solution.replacing("\n", with: "\r\n\t")).utf8),
                    "srv/other.txt": Data(indented.utf8.prefix(40)),
                    "srv/where.bin": Data([0, 1, 2]) + Data("/home/somebody/work/x".utf8),
                    "srv/key.txt": Data("token = \(token)\n".utf8),
                    "usr/share/key.txt": Data("token = \(token)\n".utf8),
                ],
                format: format,
                below: directory
            )
            var search = LeakSearch(Self.index(), redactor: .standard)
            try search.layer(layer, name: "top", isBase: false)
            let found = search.findings.map { "\($0.kind.rawValue) \($0.place.split(separator: "/").last ?? "")" }
            #expect(
                found.sorted() == [
                    "host_path where.bin", "secret key.txt", "solution_file copy.py", "solution_text copy.py",
                    "solution_text notes.txt",
                ]
            )
            #expect(search.files == 6)
            var base = LeakSearch(Self.index(), redactor: .standard)
            try base.layer(layer, name: "base", isBase: true)
            #expect(!base.findings.contains { $0.kind == .secret || $0.kind == .hostPath })
        }
    }

    @Test("compressed layers, and archives inside of layers, are opened")
    func archives() async throws {
        try await withTemporaryDirectory { directory in
            try Data(Self.solution.utf8).write(to: directory.appendingPathComponent("parse.py"))
            try await Command(
                "python3",
                ["-c", "import zipfile; zipfile.ZipFile('p.whl', 'w', 8).write('parse.py')"],
                directory: directory
            ).runChecked()
            try await Command("gzip", ["parse.py"], directory: directory).runChecked()
            try await Command("tar", ["-czf", "layer.tar.gz", "p.whl", "parse.py.gz"], directory: directory)
                .runChecked()
            var search = LeakSearch(Self.index(), redactor: .standard)
            try search.layer(directory.appendingPathComponent("layer.tar.gz"), name: "l", isBase: false)
            #expect(search.findings.count { $0.kind == .solutionFile } == 2, "\(search.findings)")
        }
    }

    @Test("what the start has is no leak, and neither is a clean directory")
    func allowed() async throws {
        try await withTemporaryDirectory { directory in
            try Data(Self.solution.utf8).write(to: directory.appendingPathComponent("parse.py"))
            var index = Self.index()
            var search = LeakSearch(index, redactor: .standard)
            try search.directory(directory, name: "workspace", secrets: true)
            #expect(search.findings.map(\.kind) == [.solutionFile, .solutionText].reversed())
            index.allow(Data(Self.solution.utf8))
            search = LeakSearch(index, redactor: .standard)
            try search.directory(directory, name: "workspace", secrets: true)
            #expect(search.findings == [])
        }
    }

    @Test(
        "an archive is read the same in pieces of any size, and a damaged one is refused",
        arguments: [1, 7, 512, 5000]
    )
    func pieces(size: Int) async throws {
        try await withTemporaryDirectory { directory in
            let files = [
                "a/b.txt": Data("hello\n".utf8), "empty": Data(), String(repeating: "n", count: 150): Data([1]),
            ]
            let archive = try Data(contentsOf: try await Self.tar(files, format: "pax", below: directory))
            var reader = TarReader()
            var seen: [String: Data] = [:]
            var last = ""
            for start in stride(from: 0, to: archive.count, by: size) {
                let piece = archive[start..<min(start + size, archive.count)]
                try piece.withUnsafeBytes { bytes in
                    try reader.feed(bytes) { event in
                        switch event {
                        case .entry(let entry):
                            last = entry.path
                            if entry.isFile { seen[last] = Data() }
                        case .content(let content): seen[last]?.append(contentsOf: content)
                        case .end: break
                        }
                    }
                }
            }
            #expect(seen == Dictionary(uniqueKeysWithValues: files.map { ("./\($0)", $1) }))
            var damaged = TarReader()
            #expect(throws: TarError.self) {
                try Data(repeating: 7, count: 1024).withUnsafeBytes { try damaged.feed($0) { _ in } }
            }
        }
    }
}

@Suite("Near duplicates")
struct ShingleTests {
    @Test("the same words are the same, other words are not, and a part is in between")
    func similarity() {
        let text = "Add a flag that prints the totals as JSON, and say in the README how to use it."
        let whole = Shingles(text)
        #expect(whole.similarity(to: Shingles(text.uppercased() + "\n")) == 1)
        #expect(whole.similarity(to: Shingles("Make the parser keep the order of the keys that it reads.")) == 0)
        let part = whole.similarity(
            to: Shingles(text + " Then remove the old option, its tests and its documentation.")
        )
        #expect(part > 0.4 && part < 0.8)
        #expect(Shingles("").similarity(to: Shingles("")) == 0)
        #expect(Shingles("fix it").similarity(to: Shingles("Fix it!")) == 1)
    }
}
