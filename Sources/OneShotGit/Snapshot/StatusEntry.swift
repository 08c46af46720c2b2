import Foundation

/// A line of `git status --porcelain=v2 -z` about a file that is not as the index has it (git-status(1)).
struct StatusEntry: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// The file's modes, in octal digits, in the index and on disk; zeros where there is none.
        case tracked(index: String, file: String)
        case unmerged
        case untracked
    }

    let kind: Kind
    /// Ends with a slash where it is a repository inside the working tree.
    let path: Data

    /// Whether it is an untracked repository inside the working tree.
    var isRepository: Bool { kind == .untracked && path.last == UInt8(ascii: "/") }

    /// - Returns: nil for a file that is as the index has it.
    init?(_ line: Data) {
        func fields(_ count: Int) -> [Data]? {
            let fields = line.split(
                separator: UInt8(ascii: " "),
                maxSplits: count - 1,
                omittingEmptySubsequences: false
            )
            return fields.count == count ? fields : nil
        }
        switch line.first {
        case UInt8(ascii: "1"):
            guard let fields = fields(9), fields[1].last != UInt8(ascii: ".") else { return nil }
            kind = .tracked(
                index: String(decoding: fields[4], as: UTF8.self),
                file: String(decoding: fields[5], as: UTF8.self)
            )
            path = fields[8]
        case UInt8(ascii: "u"):
            guard let fields = fields(11) else { return nil }
            kind = .unmerged
            path = fields[10]
        case UInt8(ascii: "?"):
            guard let fields = fields(2) else { return nil }
            kind = .untracked
            path = fields[1]
        default: return nil
        }
    }
}
