public import Foundation
import OneShotCore

/// The test suites of a prepared task: the content of `evaluation/tests_skeleton/suites.json`, which people edit. The
/// format is described in `docs/formats/suites.md`.
public struct TestSuites: Codable, Sendable, Equatable {
    public var schemaVersion = 1
    public var suites: [Suite]

    /// One command that runs tests, and whose output says what became of each.
    public struct Suite: Codable, Sendable, Equatable {
        /// What a criterion of the rubric binds to: `test_` and then `a` to `z`, digits and `_`.
        public var id: String
        public var runner: TestRunner
        /// Below the repository; its top when absent.
        public var directory: String?
        /// The program and its arguments. `{files}` stands for ``files``, `{report}` for a path of ours that the
        /// runner writes its report to.
        public var command: [String]
        /// Paths below ``directory``.
        public var files: [String]
        /// Where the runner writes its reports, below ``directory``, with `*` and `**`; for runners that cannot be
        /// told a path.
        public var report: String?
        /// Seconds; no more than what is left of the limit for all tests.
        public var timeoutSeconds: Int?
        /// The model that wrote the files, which nobody has read before validation has; nil for those of people.
        public var draftedBy: String?

        enum CodingKeys: String, CodingKey {
            case id, runner, directory, command, files, report
            case timeoutSeconds = "timeout_seconds"
            case draftedBy = "drafted_by"
        }

        /// The ``files``, below the repository.
        public var paths: [String] { files.map { file in directory.map { "\($0)/\(file)" } ?? file } }

        public init(
            id: String,
            runner: TestRunner,
            directory: String? = nil,
            command: [String],
            files: [String] = [],
            report: String? = nil,
            timeoutSeconds: Int? = nil,
            draftedBy: String? = nil
        ) {
            self.id = id
            self.runner = runner
            self.directory = directory
            self.command = command
            self.files = files
            self.report = report
            self.timeoutSeconds = timeoutSeconds
            self.draftedBy = draftedBy
        }
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case suites
    }

    public init(suites: [Suite] = []) { self.suites = suites }

    /// Reads and checks a file; a task without one has no suites.
    ///
    /// - Throws: ``FileError`` with the key that does not fit.
    public static func read(_ url: URL) throws -> TestSuites {
        guard FileManager.default.fileExists(atPath: url.path) else { return TestSuites() }
        let suites = try StrictJSON.read(TestSuites.self, at: url)
        try suites.check(path: url.path)
        return suites
    }
}

extension TestSuites {
    private func check(path: String) throws {
        func refuse(_ place: String, _ problem: String) -> FileError {
            FileError.malformed(path: path, place: place, problem: problem)
        }
        guard schemaVersion == 1 else {
            throw refuse("schema_version", "\(schemaVersion) is not known to this version; it reads 1")
        }
        var ids: Set<String> = []
        for (index, suite) in suites.enumerated() {
            let place = "suites.\(index)"
            guard Self.isIdentifier(suite.id) else {
                throw refuse("\(place).id", "'\(suite.id)' is no id; write test_ and then a to z, 0 to 9 and _")
            }
            guard ids.insert(suite.id).inserted else {
                throw refuse("\(place).id", "a second suite '\(suite.id)'; give it another id")
            }
            guard suite.command.first?.isEmpty == false else {
                throw refuse("\(place).command", "is empty; write the program and its arguments")
            }
            for name in suite.files + [suite.directory, suite.report].compactMap(\.self)
            where !Self.isContained(name) {
                throw refuse(place, "'\(name)' leads out of the repository; write a path below its top")
            }
            guard suite.timeoutSeconds.map({ $0 > 0 }) ?? true else {
                throw refuse("\(place).timeout_seconds", "must be more than 0; remove it for the common limit")
            }
        }
    }

    private static func isIdentifier(_ id: String) -> Bool {
        id.hasPrefix("test_") && id.utf8.count > 5 && id.utf8.count <= 120
            && id.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }

    private static func isContained(_ path: String) -> Bool {
        !path.isEmpty && !path.hasPrefix("/") && !path.contains("\0")
            && !path.split(separator: "/").contains { $0 == ".." || $0.lowercased() == ".git" }
    }
}
