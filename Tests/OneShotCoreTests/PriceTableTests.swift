import Foundation
import OneShotTesting
import Testing

@testable import OneShotCore

@Suite("Prices")
struct PriceTableTests {
    @Test("a snapshot, a vendor's prefix and another case have the model's price")
    func names() throws {
        let table = PriceTable.shipped
        let price = try #require(table.price(of: "claude-haiku-4-5"))
        for name in [
            "claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5", "Claude-Haiku-4-5", "claude-haiku-4-5-latest",
        ] {
            #expect(table.price(of: name) == price)
        }
        #expect(table.price(of: "gpt-5.2-2025-12-11")?.model == "gpt-5.2")
        #expect(table.price(of: "gpt-5.2-mystery") == nil)
        #expect(table.price(of: "") == nil)
    }

    @Test("every kind of token has its own price")
    func kinds() throws {
        let price = ModelPrice(
            model: "m",
            asOf: "2026-01-01",
            rates: .init(input: 1, cachedInput: 0.1, cacheWrite: 2, output: 10)
        )
        let million = 1_000_000
        #expect(price.dollars(Usage(inputTokens: million)) == 1)
        #expect(price.dollars(Usage(inputTokens: million, cachedInputTokens: million)) == 0.1)
        #expect(price.dollars(Usage(inputTokens: million, cacheWriteTokens: million)) == 2)
        #expect(price.dollars(Usage(outputTokens: million, reasoningTokens: million)) == 10)
        #expect(price.worstCaseDollars(input: million, output: million) == 12)
    }

    @Test("a long input changes the price of the whole call")
    func longContext() throws {
        let price = try #require(PriceTable.shipped.price(of: "gpt-6.1-sol"))
        #expect(abs(price.dollars(Usage(inputTokens: 272_000, outputTokens: 1_000)) - 0.554) < 1e-9)
        #expect(abs(price.dollars(Usage(inputTokens: 273_000, outputTokens: 1_000)) - 1.107) < 1e-9)
    }

    @Test("the shipped table is sane: dated, not negative, caches cheaper than input, output dearest")
    func shipped() {
        let entries = PriceTable.shipped.entries
        #expect(entries.count > 40)
        for entry in entries {
            let rates = entry.price.rates
            #expect(entry.source == .shipped)
            #expect(entry.price.asOf.wholeMatch(of: /20\d\d-\d\d-\d\d/) != nil)
            #expect(rates.cachedInput <= rates.input && rates.input <= rates.output, "\(entry.price.model)")
            #expect(rates.cacheWrite >= rates.input && rates.input > 0, "\(entry.price.model)")
        }
    }

    private func write(_ text: String, to directory: URL) throws {
        try AtomicFile.makeDirectory(directory)
        try AtomicFile.write(text, to: directory.appendingPathComponent("prices.json"))
    }

    @Test("the person's prices come over the shipped ones, the workspace's over the home's")
    func files() async throws {
        try await withTemporaryDirectory { directory in
            let home = directory.appendingPathComponent("home")
            let workspace = Workspace(root: directory.appendingPathComponent("work"))
            let environment = ["ONESHOT_HOME": home.path]
            #expect(try PriceTable.load(workspace: workspace, environment: environment) == .shipped)
            try write(
                #"{"schema_version":1,"models":[{"model":"gpt-5","as_of":"2026-11-01","input":7,"output":8},{"model":"mine","as_of":"2026-11-01","input":1,"output":2}]}"#,
                to: home
            )
            try write(
                #"{"schema_version":1,"models":[{"model":"mine","as_of":"2026-11-02","input":3,"output":4}]}"#,
                to: workspace.root
            )
            let table = try PriceTable.load(workspace: workspace, environment: environment)
            #expect(table.price(of: "gpt-5")?.rates == .init(input: 7, output: 8))
            #expect(table.price(of: "mine")?.rates.cachedInput == 3)
            let source = table.entries.first { $0.price.model == "mine" }?.source
            #expect(source == .file(path: workspace.root.appendingPathComponent("prices.json").path))
        }
    }

    @Test(
        "a file that does not fit is refused with its key",
        arguments: [
            (#"{"models":[]}"#, "schema_version"),
            (#"{"schema_version":2,"models":[]}"#, "schema_version"),
            (#"{"schema_version":1,"models":[{"model":"m","as_of":"2026-11-01","input":1}]}"#, "models.0.output"),
            (
                #"{"schema_version":1,"models":[{"model":"m","as_of":"2026-11-01","input":-1,"output":1}]}"#,
                "models.0.input"
            ),
            (#"{"schema_version":1,"models":[{"model":"m","as_of":"soon","input":1,"output":1}]}"#, "models.0.as_of"),
            (
                #"{"schema_version":1,"models":[{"model":"m","as_of":"2026-11-01","input":1,"output":1,"chached_input":1}]}"#,
                "models.0.chached_input"
            ),
            ("{", "not JSON"),
        ]
    )
    func refused(text: String, place: String) async throws {
        try await withTemporaryDirectory { directory in
            try write(text, to: directory)
            let error = #expect(throws: FileError.self) {
                try PriceTable.load(environment: ["ONESHOT_HOME": directory.path])
            }
            let description = try #require(error).description
            #expect(description.contains("prices.json"))
            #expect(description.contains(place), "\(description)")
        }
    }
}
