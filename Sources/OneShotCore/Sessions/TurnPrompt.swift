/// How the whole prompt of a turn is put together out of what is in the session.
public struct TurnPrompt: Codable, Sendable, Equatable {
    /// How much of the prompt is known.
    public enum Fidelity: String, Codable, Sendable {
        /// All that the client sent.
        case complete
        /// The call goes on from an answer that was not recorded.
        case partial
        /// It holds a summary that only the provider can read.
        case opaque
    }

    /// The prompt is that of this turn, then its answer, then this turn's input.
    public var continues: Int?
    /// The prompt is these in their order, where the client sent something else than the history and what is new.
    public var items: [PromptReference]?
    public var fidelity: Fidelity

    public init(continues: Int? = nil, items: [PromptReference]? = nil, fidelity: Fidelity = .complete) {
        self.continues = continues
        self.items = items
        self.fidelity = fidelity
    }

    enum CodingKeys: String, CodingKey {
        case continues, items, fidelity
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        continues = try container.decodeIfPresent(Int.self, forKey: .continues)
        items = try container.decodeIfPresent([PromptReference].self, forKey: .items)
        fidelity = try container.decodeIfPresent(Fidelity.self, forKey: .fidelity) ?? .complete
        guard continues == nil || items == nil else {
            throw DecodingError.dataCorruptedError(
                forKey: .items,
                in: container,
                debugDescription: "a prompt has either \"continues\" or \"items\""
            )
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(continues, forKey: .continues)
        try container.encodeIfPresent(items, forKey: .items)
        if fidelity != .complete { try container.encode(fidelity, forKey: .fidelity) }
    }
}

/// A part of a session that a prompt consists of, written as `3.input.0`, `2.answer` or `4.prompt`.
public struct PromptReference: Codable, Sendable, Hashable, CustomStringConvertible {
    public enum Part: String, Sendable {
        /// The turn's whole prompt.
        case prompt
        /// The turn's input.
        case input
        /// The turn's answer (``Turn/answerItems``).
        case answer
    }

    /// The turn's index.
    public var turn: Int
    public var part: Part
    /// One item of an input or an answer, counted from 0; nil for all of them.
    public var item: Int?

    public init(turn: Int, part: Part, item: Int? = nil) {
        self.turn = turn
        self.part = part
        self.item = item
    }

    /// - Returns: nil for a text that is none.
    public init?(_ text: String) {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (2...3).contains(words.count), let turn = Int(words[0]), turn > 0,
            let part = Part(rawValue: String(words[1]))
        else { return nil }
        self.init(turn: turn, part: part)
        guard words.count == 3 else { return }
        guard part != .prompt, let item = Int(words[2]), item >= 0 else { return nil }
        self.item = item
    }

    public var description: String { "\(turn).\(part.rawValue)" + (item.map { ".\($0)" } ?? "") }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let reference = PromptReference(text) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "\"\(text)\" is no part of a session such as 3.input.0, 2.answer or 4.prompt"
                )
            )
        }
        self = reference
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
