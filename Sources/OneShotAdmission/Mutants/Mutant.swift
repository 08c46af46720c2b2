public import Foundation

/// The solution with one thing wrong: what good tests tell from the solution.
public struct Mutant: Sendable, Equatable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// One of several hunks of a file is left out.
        case hunkReverted = "hunk_reverted"
        /// One of several files is left out.
        case fileLeftOut = "file_left_out"
        case conditionNegated = "condition_negated"
        case constantSwapped = "constant_swapped"
        case operatorSwapped = "operator_swapped"

        /// Whether a whole piece of the solution is missing, in contrast to a small thing that may be equivalent.
        public var isStructural: Bool { self == .hunkReverted || self == .fileLeftOut }
    }

    public var kind: Kind
    public var file: String
    /// In the file as the solution has it, counted from 1.
    public var line: Int
    /// In a few words.
    public var change: String
    public var patch: Data
    /// Whether what is missing does something, going by its code: then tests that pass without it do not prove it.
    public var isDecisive: Bool

    public var name: String { "\(file):\(line) \(change)" }
}
