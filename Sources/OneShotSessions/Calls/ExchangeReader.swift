import Foundation
import OneShotCore
import OneShotStore

/// Tells what an exchange is, and reads model calls out of those that are.
enum ExchangeReader {
    enum Dialect: Sendable {
        case responses
        case chatCompletions
        case messages
        case generateContent
    }

    /// - Returns: nil for everything that is not a call of a model.
    static func dialect(of exchange: Exchange) -> Dialect? {
        guard exchange.method == "POST" || exchange.method == "WEBSOCKET" else { return nil }
        return dialect(at: exchange.url)
    }

    /// Whether a client opens a WebSocket for calls of a model. Its headers stand for all requests inside.
    static func isUpgrade(_ exchange: Exchange) -> Bool {
        exchange.method == "GET" && exchange.status == 101 && dialect(at: exchange.url) != nil
    }

    private static func dialect(at url: String) -> Dialect? {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        if path.hasSuffix("/responses") { return .responses }
        if path.hasSuffix("/chat/completions") { return .chatCompletions }
        if path.hasSuffix("/v1/messages") { return .messages }
        if path.hasSuffix(":generateContent") || path.hasSuffix(":streamGenerateContent") { return .generateContent }
        return nil
    }

    /// What was sent. Independent of the answer, so it can be kept while the answer grows.
    static func prompt(of exchange: Exchange, dialect: Dialect) -> ModelCall.Prompt {
        guard let text = exchange.requestJSON, let body = try? JSON(parsing: text) else {
            return ModelCall.Prompt(threadID: RecordedHeaders(exchange)["thread-id"])
        }
        let headers = RecordedHeaders(exchange)
        return switch dialect {
        case .responses: ResponsesDecoder.prompt(of: body, headers: headers)
        case .chatCompletions: ChatCompletionsDecoder.prompt(of: body)
        case .messages: MessagesDecoder.prompt(of: body, headers: headers)
        case .generateContent: GenerateContentDecoder.prompt(of: body, url: exchange.url)
        }
    }

    static func call(_ exchange: Exchange, prompt: ModelCall.Prompt, dialect: Dialect) -> ModelCall {
        var answer =
            switch dialect {
            case .responses: Self.answer(of: exchange, ResponseAssembly())
            case .chatCompletions: Self.answer(of: exchange, ChatAssembly())
            case .messages: Self.answer(of: exchange, MessageAssembly())
            case .generateContent: Self.answer(of: exchange, GenerateContentAssembly(after: prompt))
            }
        switch exchange.state {
        case .refused: answer.state = .refused
        case .inFlight where answer.state == .truncated: answer.state = .inFlight
        default: break
        }
        if answer.state == .truncated, let status = exchange.status, status >= 400 { answer.state = .failed }
        return ModelCall(
            exchangeID: exchange.id ?? 0,
            startedAtMs: exchange.startedAtMs,
            firstByteMs: exchange.firstByteAtMs.map { Int($0 - exchange.startedAtMs) },
            durationMs: exchange.endedAtMs.map { Int($0 - exchange.startedAtMs) },
            prompt: prompt,
            answer: answer
        )
    }

    private static func answer(of exchange: Exchange, _ decoder: some AnswerDecoder) -> ModelCall.Answer {
        let stream = AnswerStream(decoder, of: exchange)
        var answer = stream.answer
        answer.error = answer.error ?? stream.strangeText
        return answer
    }
}
