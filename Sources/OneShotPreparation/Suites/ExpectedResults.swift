public import Foundation
import OneShotCore

/// What each case of the suites has to come to: the content of `evaluation/tests_skeleton/expected.json`. It was found
/// by running, so `oneshot validate` writes it, and nobody else; preparing again removes it.
public struct ExpectedResults: Codable, Sendable, Equatable {
    public var schemaVersion = 1
    public var suites: [Suite]

    public struct Suite: Codable, Sendable, Equatable {
        public var id: String
        /// Cases that pass with the solution and do not without it.
        public var failToPass: [String]
        /// Cases that pass with and without it.
        public var passToPass: [String]
        /// Cases whose outcome changes from one run of the solution to the next. They have no say.
        public var setAside: [String]

        enum CodingKeys: String, CodingKey {
            case id
            case failToPass = "fail_to_pass"
            case passToPass = "pass_to_pass"
            case setAside = "set_aside"
        }

        public init(id: String, failToPass: [String] = [], passToPass: [String] = [], setAside: [String] = []) {
            self.id = id
            self.failToPass = failToPass
            self.passToPass = passToPass
            self.setAside = setAside
        }
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case suites
    }

    public init(suites: [Suite] = []) { self.suites = suites }

    public subscript(id: String) -> Suite? { suites.first { $0.id == id } }

    /// Nil where the task was never validated.
    ///
    /// - Throws: ``FileError`` with the key that does not fit.
    public static func read(_ url: URL) throws -> ExpectedResults? {
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let expected = try StrictJSON.read(ExpectedResults.self, at: url)
        guard expected.schemaVersion == 1 else {
            throw FileError.malformed(
                path: url.path,
                place: "schema_version",
                problem: "\(expected.schemaVersion) is not known to this version; validate the task again"
            )
        }
        return expected
    }

    public func write(to url: URL) throws { try AtomicFile.write(try StrictJSON.encode(self), to: url) }
}
