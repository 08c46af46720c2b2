import Foundation
import OneShotCore
import OneShotProcess

/// Something that git was told to do and that is not finished.
public enum UnfinishedOperation: String, Sendable, CaseIterable {
    case merge, rebase, cherryPick = "cherry-pick", revert, bisect, applyMailbox = "am"

    /// The command that gives it up.
    public var abortCommand: String { self == .bisect ? "git bisect reset" : "git \(rawValue) --abort" }
}

extension Repository {
    /// Operations that the repository is in the middle of.
    public var unfinishedOperations: [UnfinishedOperation] {
        func exists(_ name: String) -> Bool {
            FileManager.default.fileExists(atPath: gitDirectory.appendingPathComponent(name).path)
        }
        return UnfinishedOperation.allCases.filter { operation in
            switch operation {
            case .merge: exists("MERGE_HEAD")
            case .rebase: exists("rebase-merge") || (exists("rebase-apply") && !exists("rebase-apply/applying"))
            case .cherryPick: exists("CHERRY_PICK_HEAD")
            case .revert: exists("REVERT_HEAD")
            case .bisect: exists("BISECT_LOG")
            case .applyMailbox: exists("rebase-apply/applying")
            }
        }
    }

    /// Files with conflicts that nobody has resolved.
    public func conflictedPaths() async throws -> [String] {
        let listing = try await git.output(["ls-files", "-z", "--unmerged"])
        let paths = Self.words(listing).compactMap { entry in
            entry.firstIndex(of: "\t").map { String(entry[entry.index(after: $0)...]) }
        }
        return Array(Set(paths)).sorted()
    }

    /// Submodules whose files have not been fetched.
    public func uninitialisedSubmodules() async throws -> [String] {
        let listing = try await git.output(["ls-files", "-z", "--stage"])
        return Self.words(listing).compactMap { entry in
            guard entry.hasPrefix("160000 "), let tab = entry.firstIndex(of: "\t") else { return nil }
            let path = String(entry[entry.index(after: tab)...])
            let marker = top.appendingPathComponent(path).appendingPathComponent(".git").path
            return FileManager.default.fileExists(atPath: marker) ? nil : path
        }
    }

    private static func words(_ listing: Data) -> [String] {
        listing.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
