import OneShotCore

@testable import OneShotSessions

/// The four forms in which models are asked and answer.
enum ModelAPI: String, CaseIterable, Sendable {
    case responses, chat, messages, gemini

    var url: String {
        switch self {
        case .responses: "https://api.openai.com/v1/responses"
        case .chat: "https://api.example.com/v1/chat/completions"
        case .messages: "https://api.anthropic.com/v1/messages?beta=true"
        case .gemini: "https://generativelanguage.googleapis.com/v1beta/models/g:streamGenerateContent?alt=sse"
        }
    }
}

/// Numbers that come out the same in every run (Steele, Lea and Flood's SplitMix).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }

    /// A text with all that has ever been misread.
    mutating func text(_ words: ClosedRange<Int> = 1...8) -> String {
        let odd = ["\u{2028}", "\u{85}", "\r\n", "\"", "\\", "é😀", "data: x", "\n\n", "]}", "\t", "<&>", "[DONE]"]
        return (0..<Int.random(in: words, using: &self)).map { _ in
            chance(0.3) ? odd.randomElement(using: &self) ?? "" : "w\(Int.random(in: 0...999, using: &self))"
        }.joined(separator: " ")
    }

    /// A text in pieces.
    mutating func pieces(_ text: String) -> [String] {
        var rest = Substring(text)
        var pieces: [String] = []
        while !rest.isEmpty {
            let count = Int.random(in: 1...6, using: &self)
            pieces.append(String(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}

/// An answer of a model, and what a decoder has to make of it.
struct GeneratedAnswer: Sendable {
    enum Part: Sendable, Equatable {
        case reasoning(String)
        case text(String)
        case call(ToolCall)
    }

    var id: String
    var parts: [Part]
    var usage: Usage
    var state: Turn.State

    /// Parts in an order that the API can say.
    init(_ number: Int, _ api: ModelAPI, state: Turn.State? = nil, random: inout Seeded) {
        id = "answer-\(number)"
        let states: [Turn.State] = [.complete, .complete, .complete, .incomplete, .failed, .truncated]
        self.state = state ?? states.randomElement(using: &random) ?? .complete
        let input = Int.random(in: 0...100_000, using: &random)
        let output = Int.random(in: 0...10_000, using: &random)
        let cached = Int.random(in: 0...input, using: &random)
        usage = Usage(
            inputTokens: input,
            cachedInputTokens: cached,
            outputTokens: output,
            reasoningTokens: Int.random(in: 0...output, using: &random),
            cacheWriteTokens: api == .gemini ? 0 : Int.random(in: 0...input - cached, using: &random)
        )
        var calls = 0
        func call(_ random: inout Seeded) -> Part {
            calls += 1
            let arguments: JSON = ["cmd": .string(random.text()), "n": JSON(calls)]
            return .call(ToolCall(callID: "call-\(number)-\(calls)", name: "run", arguments: arguments.compactText))
        }
        parts = random.chance(0.5) ? [.reasoning(random.text())] : []
        let count = Int.random(in: 0...4, using: &random)
        switch api {
        case .chat:
            if random.chance(0.7) { parts.append(.text(random.text())) }
            for _ in 0..<count { parts.append(call(&random)) }
        default:
            for _ in 0..<count {
                // Texts side by side are one text in Gemini.
                let isAfterText = if case .text = parts.last { api == .gemini } else { false }
                parts.append(random.chance(0.5) || isAfterText ? call(&random) : .text(random.text()))
            }
        }
    }

    var reasoning: [String] {
        parts.compactMap { if case .reasoning(let text) = $0 { text } else { nil } }
    }

    var texts: [String] {
        parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }

    var calls: [ToolCall] {
        parts.compactMap { if case .call(let call) = $0 { call } else { nil } }
    }

    /// As the client gives it back.
    var items: [InputItem] {
        parts.compactMap { part in
            switch part {
            case .reasoning: nil
            case .text(let text): InputItem(kind: "message", role: "assistant", text: text)
            case .call(let call): call.item
            }
        }
    }
}
