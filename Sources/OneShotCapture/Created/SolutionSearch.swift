import Foundation
import OneShotCore
import OneShotGit

/// The leak check of a task that is being written: what in a text quotes the patch, and is not in the start tree.
struct SolutionSearch: Sendable {
    private let quotes: SolutionQuotes
    private let start: String
    private let store: SnapshotStore

    /// - Parameter start: the tree of the start snapshot.
    init(patch: Data, start: String, in store: SnapshotStore) {
        quotes = SolutionQuotes(patch: patch)
        self.start = start
        self.store = store
    }

    func quotes(in text: String) async throws -> [SolutionQuotes.Quote] {
        let found = quotes.quotes(in: text)
        guard !found.isEmpty else { return [] }
        let lines = try await store.git.lines(of: start, holding: found.map(\.needle))
        return found.filter { quote in !lines.contains { quote.isKnown(by: $0) } }
    }

    /// One line for each quote.
    func explanations(of text: String, named name: String) async throws -> [String] {
        try await quotes(in: text).map { $0.explanation(in: name) }
    }
}
