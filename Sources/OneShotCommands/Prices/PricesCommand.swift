import ArgumentParser
import Foundation
import OneShotCore

/// `oneshot prices`
struct PricesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices",
        abstract: "Show what models cost, as --cost-limit and sessions count it.",
        discussion: """
            US dollars for a million tokens: list prices that come with the program, with the day on which they were
            read, and over them your own in ~/.oneshot/prices.json and the workspace's prices.json
            (docs/formats/prices.md).

              oneshot prices claude
              oneshot prices --json | jq '.models[] | select(.source != "shipped")'
            """
    )

    @OptionGroup var global: GlobalOptions

    @Argument(help: "Only models whose name contains this.")
    var part: String?

    func run() async throws {
        let table = try PriceTable.load(workspace: try global.resolvedWorkspace())
        let entries = table.entries.filter { entry in part.map { entry.price.model.contains($0.lowercased()) } ?? true }
        let console = Console(quiet: global.quiet)
        if global.json {
            try console.document(PriceListing(entries))
        } else {
            console.result(PriceListing.header)
            for entry in entries { PriceListing.lines(entry).forEach(console.result) }
        }
    }
}

/// What `oneshot prices` prints.
struct PriceListing: Encodable {
    struct Model: Encodable {
        var price: ModelPrice
        var source: String

        enum CodingKeys: String, CodingKey { case source }

        func encode(to encoder: any Encoder) throws {
            try price.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(source, forKey: .source)
        }
    }

    var models: [Model]

    init(_ entries: [PriceTable.Entry]) { models = entries.map { Model(price: $0.price, source: $0.source.text) } }

    static let header = row("model", ["input", "cached", "write", "output"], "as of", "source")

    static func lines(_ entry: PriceTable.Entry) -> [String] {
        let price = entry.price
        let usual = row(price.model, cells(price.rates), price.asOf, entry.source.text)
        guard let long = price.longContext else { return [usual] }
        return [usual, row("  above \(long.aboveInputTokens) input tokens", cells(long.rates), "", "")]
    }

    private static func cells(_ rates: ModelPrice.Rates) -> [String] {
        [rates.input, rates.cachedInput, rates.cacheWrite, rates.output].map { number in
            number.formatted(
                .number.precision(.fractionLength(2...4)).grouping(.never).locale(Locale(identifier: "en_US_POSIX"))
            )
        }
    }

    private static func row(_ name: String, _ cells: [String], _ day: String, _ source: String) -> String {
        let columns = cells.map { String(repeating: " ", count: max(1, 9 - $0.count)) + $0 }.joined()
        let line = name.padding(toLength: max(30, name.count), withPad: " ", startingAt: 0) + columns
        return day.isEmpty ? line : "\(line)  \(day.padding(toLength: 10, withPad: " ", startingAt: 0))  \(source)"
    }
}
