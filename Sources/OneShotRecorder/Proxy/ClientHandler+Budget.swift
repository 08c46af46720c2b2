import NIOCore
import NIOHPACK
import OneShotCore
import OneShotStore
import OneShotWire

/// A call of a model that is kept back until the whole of its request is here. Only for sessions whose limits need
/// that; all others stream.
struct HeldRequest {
    /// As it came, without the head.
    var raw: [ByteBuffer] = []
    /// Without chunked framing.
    var body = ByteBuffer()
}

extension ClientHandler {
    /// Begins to count a call of the model.
    ///
    /// - Returns: false when it was refused, and answered.
    func meter(_ exchange: HTTPExchange) -> Bool {
        // What is kept back is counted when it is whole.
        if readsRequests(of: exchange) || policyAPI(of: exchange) != nil {
            hold(exchange)
            return true
        }
        do throws(BudgetStop) {
            exchange.call = try core.ledger.open(session: exchange.session)
            return true
        } catch {
            refuse(exchange, LocalPages.exhausted(error))
            return false
        }
    }

    private func readsRequests(of exchange: HTTPExchange) -> Bool {
        core.ledger.budget(of: exchange.session)?.readsRequests ?? false
    }

    /// Keeps a request back until it is whole.
    func hold(_ exchange: HTTPExchange) {
        guard exchange.held == nil else { return }
        exchange.held = HeldRequest()
        // Nobody upstream can say it while the request waits here.
        guard exchange.head.tokens("expect").contains("100-continue") else { return }
        if let stream {
            stream.send(head: [":status": "100"])
        } else {
            write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
        }
        context?.flush()
    }

    func hold(_ raw: ByteBuffer, data: ByteBuffer, of exchange: HTTPExchange) {
        exchange.held?.raw.append(raw)
        exchange.held?.body.writeImmutableBuffer(data)
        let limit = core.configuration.bodyLimit
        guard let held = exchange.held, held.body.readableBytes > limit else { return }
        exchange.held = nil
        let text = "the request is longer than \(limit >> 20) MB, more than can be held to this session's budget"
        refuse(exchange, Answer(status: 400, reason: "Bad Request", body: "oneshot: \(text)\n"))
    }

    /// The request is whole: sends it on its way, or refuses it.
    func release(_ exchange: HTTPExchange) {
        guard let held = exchange.held, !exchange.isAnsweredHere else { return }
        exchange.held = nil
        let codings = exchange.head.tokens("content-encoding")
        let decoded = codings.isEmpty ? held.body : ContentCoding.decode(held.body, codings: codings)
        guard applyPolicy(to: exchange, body: decoded) else { return }
        if ModelCall.matches(method: exchange.head.method, target: exchange.destination.path) {
            let facts =
                readsRequests(of: exchange)
                ? CallFacts(body: decoded ?? held.body, path: exchange.destination.path) : nil
            do throws(BudgetStop) {
                exchange.call = try core.ledger.open(session: exchange.session, facts: facts)
            } catch {
                refuse(exchange, LocalPages.exhausted(error))
                return
            }
        }
        exchange.released = exchange.rewritten.map { [$0] } ?? held.raw
        dispatch(exchange)
        upstream?.flush()
    }
}
