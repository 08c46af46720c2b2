import Foundation
import OneShotCore
import OneShotGit

extension TaskDraft {
    /// What the instruction and the rubric of the prepared task quote of the solution, one line each.
    func leaks(in layout: PreparedTaskLayout) async throws -> [String] {
        let quotes = SolutionQuotes(patch: created.patch)
        var found: [(name: String, quote: SolutionQuotes.Quote)] = []
        for url in [layout.instructions, layout.rubric] {
            let text = String(decoding: try Data(contentsOf: url), as: UTF8.self)
            found += quotes.quotes(in: text).map { (url.lastPathComponent, $0) }
        }
        let unknown = try await unknownAtStart(found.map(\.quote))
        return found.filter { unknown.contains($0.quote) }.map { $0.quote.explanation(in: $0.name) }
    }

    /// Those that no line of the start holds.
    func unknownAtStart(_ quotes: [SolutionQuotes.Quote]) async throws -> [SolutionQuotes.Quote] {
        guard !quotes.isEmpty else { return [] }
        let lines = try await objects.git.lines(of: start.id, holding: quotes.map(\.needle))
        return quotes.filter { quote in !lines.contains { quote.isKnown(by: $0) } }
    }
}
