import Foundation
import OneShotCore

extension PreparedTask {
    /// SHA-256 of each part, for results and for validation: what was proved or measured was so for these bytes.
    public struct Digests: Codable, Sendable, Equatable {
        public var metadata: String
        /// Of the Dockerfile, and of `environment/` where there is one.
        public var environment: String
        /// Of `repo.bundle`.
        public var repository: String
        public var overlayFiles: String
        public var overlayRepositoryFiles: String
        public var tests: String
        public var rubric: String
        public var solution: String
        /// Of `overrides.json` and the files that it names; nil without any.
        public var overrides: String?

        enum CodingKeys: String, CodingKey {
            case metadata, environment, repository, tests, rubric, solution, overrides
            case overlayFiles = "overlay_files"
            case overlayRepositoryFiles = "overlay_repo_files"
        }

        /// The names of the parts that differ, in the order of the format.
        public func differences(from other: Digests) -> [String] {
            let parts: [(name: String, digest: KeyPath<Digests, String>)] = [
                ("tb_meta.json", \.metadata), ("Dockerfile", \.environment), ("repo.bundle", \.repository),
                ("overlay_files", \.overlayFiles), ("overlay_repo_files", \.overlayRepositoryFiles),
                ("evaluation/tests_skeleton", \.tests), ("evaluation/rubric_template.md", \.rubric),
                ("solution", \.solution),
            ]
            return parts.filter { self[keyPath: $0.digest] != other[keyPath: $0.digest] }.map(\.name)
                + (overrides == other.overrides ? [] : ["overrides.json"])
        }
    }

    private func environmentDigest() throws -> String {
        let dockerfile = try Digest.sha256(file: layout.dockerfile)
        guard FileManager.default.fileExists(atPath: layout.environment.path) else { return dockerfile }
        return Digest.sha256(Data((dockerfile + (try Digest.sha256(directory: layout.environment))).utf8))
    }

    /// Computed from the files as they are now.
    public func digests() throws -> Digests {
        Digests(
            metadata: try Digest.sha256(file: layout.metadata),
            environment: try environmentDigest(),
            repository: try Digest.sha256(file: layout.bundle),
            overlayFiles: try Digest.sha256(directory: layout.overlayFiles),
            overlayRepositoryFiles: try Digest.sha256(directory: layout.overlayRepositoryFiles),
            tests: try Digest.sha256(directory: layout.tests),
            rubric: try Digest.sha256(file: layout.rubric),
            solution: try Digest.sha256(directory: layout.solution.deletingLastPathComponent()),
            overrides: overrides?.digest
        )
    }
}
