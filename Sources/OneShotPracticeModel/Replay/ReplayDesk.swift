import NIOConcurrencyHelpers
import OneShotCore

/// Where all connections hand in their requests.
struct ReplayDesk: Sendable {
    /// Why a request gets no recorded answer: an error in the form of the OpenAI API, with a status at which clients
    /// stop and show the text.
    struct Refusal: Error {
        var status: Int
        var code: String
        var message: String

        /// The JSON object under `error`.
        var error: JSON {
            ["message": .string(message), "type": "invalid_request_error", "code": .string(code)]
        }
    }

    let book: NIOLockedValueBox<ReplayBook>
    let timing: ReplayModel.Timing
    let onEvent: @Sendable (ReplayModel.Event) -> Void

    func answer(_ request: ReplayBook.Request) throws(Refusal) -> RecordedCall {
        let (answer, remaining) = book.withLockedValue { book in (book.answer(request), book.remaining) }
        switch answer {
        case .call(let call, let isAgain):
            onEvent(
                .answered(exchangeID: call.exchangeID, path: request.path, isAgain: isAgain, remaining: remaining)
            )
            return call
        case .mismatch(let id, let differences):
            onEvent(.mismatch(exchangeID: id, path: request.path, differences: differences))
            let first = differences.first.map { ": \($0)" } ?? ""
            throw Refusal(
                status: 400,
                code: "replay_mismatch",
                message: "replay: the request is not the one that was recorded as exchange \(id)\(first)"
            )
        case .exhausted:
            throw refused(request.path, 400, "replay_exhausted", "replay: the recorded session has no further answer")
        case .unknown:
            throw refused(
                request.path,
                404,
                "replay_unknown",
                "replay: the recorded session has no such request: \(request.path)"
            )
        }
    }

    func refused(_ path: String, _ status: Int, _ code: String, _ text: String) -> Refusal {
        onEvent(.refused(path: path, reason: text))
        return Refusal(status: status, code: code, message: text)
    }

    /// Waits as long as the recording did before a piece of an answer.
    ///
    /// - Parameter index: of the piece, out of `count`.
    func wait(for call: RecordedCall, piece index: Int, of count: Int) async throws {
        guard timing == .recorded else { return }
        let pause = index == 0 ? call.firstByte : call.length / max(1, count - 1)
        if pause > .zero { try await Task.sleep(for: pause) }
    }
}
