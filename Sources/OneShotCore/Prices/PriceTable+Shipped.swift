extension PriceTable {
    /// The list prices of the providers' own APIs at their standard tier, as they were known on the day that each entry
    /// gives: from what was published about the pages named below, not from the pages themselves. Rates for writing
    /// caches and for long contexts that nobody published follow those of the provider's other models.
    public static let shipped = PriceTable(openAI + anthropic + google, source: .shipped)

    private static func price(
        _ model: String,
        _ asOf: String,
        _ input: Double,
        cached: Double? = nil,
        write: Double? = nil,
        _ output: Double,
        long: ModelPrice.LongContext? = nil
    ) -> ModelPrice {
        let rates = ModelPrice.Rates(input: input, cachedInput: cached, cacheWrite: write, output: output)
        return ModelPrice(model: model, asOf: asOf, rates: rates, longContext: long)
    }

    /// Rates of their own for calls with more input than so many tokens.
    private static func beyond(
        above tokens: Int,
        _ input: Double,
        cached: Double,
        write: Double? = nil,
        _ output: Double
    ) -> ModelPrice.LongContext {
        ModelPrice.LongContext(
            aboveInputTokens: tokens,
            rates: ModelPrice.Rates(input: input, cachedInput: cached, cacheWrite: write, output: output)
        )
    }

    // https://developers.openai.com/api/docs/pricing
    private static let openAI: [ModelPrice] = [
        price("gpt-6-astra", "2026-09-22", 10, cached: 1, write: 12.5, 50, long: long272(20, 2, 25, 75)),
        price("gpt-6.1-sol", "2026-09-30", 2, cached: 0.1, write: 2.5, 10, long: long272(4, 0.2, 5, 15)),
        price("gpt-6-sol", "2026-09-22", 2, cached: 0.2, write: 2.5, 10, long: long272(4, 0.4, 5, 15)),
        price("gpt-6-luna", "2026-09-22", 0.1, cached: 0.01, write: 0.125, 0.5, long: long272(0.2, 0.02, 0.25, 0.75)),
        price("gpt-5.6-sol", "2026-09-22", 4, cached: 0.4, write: 5, 20, long: long272(8, 0.8, 10, 30)),
        price("gpt-5.6-terra", "2026-09-22", 2, cached: 0.2, write: 2.5, 12, long: long272(4, 0.4, 5, 18)),
        price("gpt-5.6-luna", "2026-09-22", 0.2, cached: 0.02, write: 0.25, 1.2, long: long272(0.4, 0.04, 0.5, 1.8)),
        price("gpt-5.5", "2026-06-04", 5, cached: 0.5, 30, long: long272(10, 1, 10, 45)),
        price("gpt-5.5-pro", "2026-06-04", 30, 180),
        price("gpt-5.4", "2026-06-04", 2.5, cached: 0.25, 15, long: long272(5, 0.5, 5, 22.5)),
        price("gpt-5.4-mini", "2026-06-04", 0.75, cached: 0.075, 4.5),
        price("gpt-5.4-nano", "2026-06-04", 0.2, cached: 0.02, 1.25),
        price("gpt-5.4-pro", "2026-06-04", 30, 180),
        price("gpt-5.3-codex", "2026-09-30", 1.75, cached: 0.175, 14),
        price("gpt-5.2", "2026-09-30", 1.75, cached: 0.175, 14),
        price("gpt-5.2-codex", "2026-09-30", 1.75, cached: 0.175, 14),
        price("gpt-5.1", "2026-01-01", 1.25, cached: 0.125, 10),
        price("gpt-5.1-codex", "2026-01-01", 1.25, cached: 0.125, 10),
        price("gpt-5.1-codex-max", "2026-01-01", 1.25, cached: 0.125, 10),
        price("gpt-5.1-codex-mini", "2026-01-01", 0.25, cached: 0.025, 2),
        price("gpt-5", "2026-01-01", 1.25, cached: 0.125, 10),
        price("gpt-5-codex", "2026-01-01", 1.25, cached: 0.125, 10),
        price("gpt-5-pro", "2026-01-01", 15, 120),
        price("gpt-5-mini", "2026-01-01", 0.25, cached: 0.025, 2),
        price("gpt-5-nano", "2026-01-01", 0.05, cached: 0.005, 0.4),
        price("gpt-4.1", "2026-01-01", 2, cached: 0.5, 8),
        price("gpt-4.1-mini", "2026-01-01", 0.4, cached: 0.1, 1.6),
        price("gpt-4.1-nano", "2026-01-01", 0.1, cached: 0.025, 0.4),
        price("gpt-4o", "2026-01-01", 2.5, cached: 1.25, 10),
        price("gpt-4o-mini", "2026-01-01", 0.15, cached: 0.075, 0.6),
        price("o3", "2026-01-01", 2, cached: 0.5, 8),
        price("o4-mini", "2026-01-01", 1.1, cached: 0.275, 4.4),
    ]

    private static func long272(
        _ input: Double,
        _ cached: Double,
        _ write: Double,
        _ output: Double
    ) -> ModelPrice.LongContext {
        beyond(above: 272_000, input, cached: cached, write: write, output)
    }

    // https://platform.claude.com/docs/en/about-claude/pricing, writes at the five-minute rate
    private static let anthropic: [ModelPrice] = [
        price("claude-fable-5-1", "2026-10-24", 10, cached: 0.25, write: 12.5, 50),
        price("claude-fable-5", "2026-10-24", 10, cached: 1, write: 12.5, 50),
        price("claude-opus-5-5", "2026-10-24", 4, cached: 0.2, write: 5, 20),
        price("claude-opus-5", "2026-10-24", 5, cached: 0.5, write: 6.25, 25),
        price("claude-opus-4-8", "2026-10-24", 5, cached: 0.5, write: 6.25, 25),
        price("claude-opus-4-7", "2026-10-24", 5, cached: 0.5, write: 6.25, 25),
        price("claude-opus-4-6", "2026-10-24", 5, cached: 0.5, write: 6.25, 25),
        price("claude-opus-4-5", "2026-10-24", 5, cached: 0.5, write: 6.25, 25),
        price("claude-opus-4-1", "2026-10-24", 15, cached: 1.5, write: 18.75, 75),
        price("claude-opus-4", "2026-10-24", 15, cached: 1.5, write: 18.75, 75),
        price("claude-sonnet-5-5", "2026-10-24", 2, cached: 0.1, write: 2.5, 10),
        price("claude-sonnet-5", "2026-10-24", 2, cached: 0.2, write: 2.5, 10),
        price("claude-sonnet-4-6", "2026-10-24", 3, cached: 0.3, write: 3.75, 15),
        price("claude-sonnet-4-5", "2026-10-24", 3, cached: 0.3, write: 3.75, 15),
        price("claude-sonnet-4", "2026-10-24", 3, cached: 0.3, write: 3.75, 15),
        price(
            "claude-haiku-5-5",
            "2026-10-24",
            0.1,
            cached: 0.01,
            write: 0.125,
            0.5,
            long: beyond(above: 100_000, 0.5, cached: 0.05, write: 0.625, 2.5)
        ),
        price("claude-haiku-4-5", "2026-10-24", 1, cached: 0.1, write: 1.25, 5),
        price("claude-3-5-haiku", "2026-10-24", 0.8, cached: 0.08, write: 1, 4),
    ]

    // https://ai.google.dev/gemini-api/docs/pricing, text
    private static let google: [ModelPrice] = [
        // Half of what it will be from 2027-01-01 on.
        price("gemini-3.8-flash", "2026-10-07", 0.75, cached: 0.075, 3.75),
        price("gemini-3.1-pro-preview", "2026-03-01", 2, cached: 0.2, 12, long: long200(4, 0.4, 18)),
        price("gemini-3-pro-preview", "2026-01-01", 2, cached: 0.2, 12, long: long200(4, 0.4, 18)),
        price("gemini-3-flash-preview", "2026-01-01", 0.5, cached: 0.05, 3),
        price("gemini-2.5-pro", "2026-01-01", 1.25, cached: 0.125, 10, long: long200(2.5, 0.25, 15)),
        price("gemini-2.5-flash", "2026-01-01", 0.3, cached: 0.03, 2.5),
        price("gemini-2.5-flash-lite", "2026-01-01", 0.1, cached: 0.01, 0.4),
    ]

    private static func long200(_ input: Double, _ cached: Double, _ output: Double) -> ModelPrice.LongContext {
        beyond(above: 200_000, input, cached: cached, output)
    }
}
