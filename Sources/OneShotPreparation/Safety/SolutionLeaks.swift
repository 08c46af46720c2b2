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
        guard !found.isEmpty else { return [] }
        let lines = try await objects.git.lines(of: start.id, holding: found.map(\.quote.needle))
        return found.filter { place in !lines.contains { place.quote.isKnown(by: $0) } }
            .map { $0.quote.explanation(in: $0.name) }
    }
}
