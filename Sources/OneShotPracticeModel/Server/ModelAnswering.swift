import NIOCore
import NIOHTTP1
import OneShotCore

/// What a ``ModelServer`` says to its clients, on whichever connection they come.
protocol ModelAnswering: Sendable {
    /// What a client gets that wants to open a WebSocket at a path, with its query; nil where it may.
    func refusal(ofWebSocketAt path: String) -> ModelRefusal?
    /// An error ends the connection in the middle of the answer.
    func answer(_ request: ServedRequest, to writer: AnswerWriter) async throws
    /// The same for a message inside a WebSocket that was opened by `upgrade`.
    func answer(_ message: ByteBuffer, in upgrade: HTTPRequestHead, to writer: MessageWriter) async throws
}

/// A request over HTTP, whole.
struct ServedRequest: Sendable {
    var head: HTTPRequestHead
    var body: ByteBuffer
}

/// An answer that says no.
struct ModelRefusal: Sendable {
    var status: Int
    /// With the error under `error`, as the OpenAI API has it.
    var body: JSON
}

extension HTTPHeaders {
    /// The last value of each, by its name in lower case.
    var lowercased: [String: String] {
        reduce(into: [:]) { all, header in all[header.name.lowercased()] = header.value }
    }
}
