import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

/// What a task's policy lets through to a model API.
extension ClientHandler {
    /// Why a request that is read may not go on, whatever its body says; nil where it may.
    func policyRefusal(of head: HTTPHead, to destination: Destination, isUpgrade: Bool) -> Answer? {
        guard core.configuration.serverTools != nil else { return nil }
        let path = destination.path.prefix { $0 != "?" }
        if isUpgrade, path.hasSuffix("/responses") { return nil }
        let isPlain = head.first("upgrade") == nil && !isUpgrade
        if isPlain, ModelEndpoint(method: head.method, target: destination.path) != nil { return nil }
        return LocalPages.outsidePolicy("\(head.method) \(path.prefix(120)) is no call of a model")
    }

    /// The policy's form of a request whose body is to be read; nil for one that goes on as it comes.
    func policyAPI(of exchange: HTTPExchange) -> ServerToolPolicy.API? {
        guard core.configuration.serverTools != nil,
            case .call(let api) = ModelEndpoint(method: exchange.head.method, target: exchange.destination.path)
        else { return nil }
        return api
    }

    /// Takes out of a whole request what the policy does not allow.
    ///
    /// - Returns: false when it was refused, and answered.
    func applyPolicy(to exchange: HTTPExchange, body: ByteBuffer?) -> Bool {
        guard let policy = core.configuration.serverTools, let api = policyAPI(of: exchange) else { return true }
        guard let body, let json = try? JSON(parsing: body.readableBytesView) else {
            refuse(exchange, LocalPages.outsidePolicy("the request is no JSON that can be read"))
            return false
        }
        let outcome = policy.apply(to: json, of: api)
        if let refusal = outcome.refusal {
            refuse(exchange, LocalPages.outsidePolicy(refusal))
            return false
        }
        guard let allowed = outcome.body else { return true }
        core.ledger.note(outcome.stripped, session: exchange.session)
        exchange.trace?.update { $0.setFact("stripped_tools", outcome.fact) }
        exchange.rewritten = ByteBuffer(string: allowed.compactText)
        return true
    }
}

extension LocalPages {
    /// In the forms of both OpenAI and Anthropic.
    static func outsidePolicy(_ reason: String) -> Answer {
        let error: JSON = [
            "type": "error",
            "error": [
                "type": "invalid_request_error", "code": "oneshot_policy", "param": nil,
                "message": .string("oneshot: \(reason); the task's policy does not allow it"),
            ],
        ]
        return Answer(status: 403, reason: "Forbidden", type: "application/json", body: error.compactText)
    }
}
