import Foundation

/// Where on the Hub a task goes.
public struct HubDestination: Sendable, Equatable {
    /// `owner/name` of a dataset repository.
    public let repository: String
    /// The directory in it, without slashes at its ends; empty for the top.
    public let path: String

    /// - Parameter path: nil for `tasks/<slug>`.
    /// - Throws: ``PublishingError/badRepository(name:)``, ``PublishingError/badPath(path:)``.
    public init(repository: String, path: String?, slug: String) throws {
        let parts = repository.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(Self.isName) else {
            throw PublishingError.badRepository(name: repository)
        }
        self.repository = repository
        let given = path ?? "tasks/\(slug)"
        let words = given.split(separator: "/").map(String.init).filter { $0 != "." }
        let isSound = words.allSatisfy { word in
            word != ".." && word != ".git" && word.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\\" }
        }
        guard isSound, !given.hasPrefix("/") else { throw PublishingError.badPath(path: given) }
        self.path = words.joined(separator: "/")
    }

    /// The Hub's own rule: 1 to 96 characters of `A-Z a-z 0-9 - _ .`, no `--` or `..`, no `-` or `.` at an end.
    private static func isName(_ name: Substring) -> Bool {
        (1...96).contains(name.count)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
            && !name.contains("--") && !name.contains("..") && !"-.".contains(name.first ?? "-")
            && !"-.".contains(name.last ?? "-") && !name.hasSuffix(".git")
    }

    func path(of file: String) -> String { path.isEmpty ? file : "\(path)/\(file)" }
}
