import OneShotCore

/// A recorded session without sockets: requests in, recorded answers out.
struct ReplayBook: Sendable {
    /// A request that wants an answer.
    struct Request: Sendable {
        var kind: RecordedCall.Kind
        /// With its query.
        var path: String
        var body: String
    }

    enum Answer: Sendable {
        /// `isAgain` when the same request was answered before.
        case call(RecordedCall, isAgain: Bool)
        /// The request is another one than what was recorded next; where they differ.
        case mismatch(exchangeID: Int64, [String])
        /// The session has no further answer.
        case exhausted
        /// Nothing like it was recorded.
        case unknown
    }

    private struct Entry: Sendable {
        var call: RecordedCall
        var form: RequestForm
        var isUsed = false
    }

    let matching: ReplayModel.Matching
    private var entries: [Entry]
    private var forms = RequestForms()

    init(_ calls: [RecordedCall], matching: ReplayModel.Matching) {
        self.matching = matching
        var forms = RequestForms()
        entries = calls.map { Entry(call: $0, form: forms.form(of: $0.request)) }
        self.forms = forms
    }

    /// How many answers have not been given yet.
    var remaining: Int { entries.count { !$0.isUsed } }

    /// Whether there is anything for a WebSocket at this path.
    func hasMessages(at path: String) -> Bool {
        entries.contains { entry in
            switch matching {
            case .strict: entry.call.kind == .message && entry.call.path == path
            case .lenient: Self.isSameEndpoint(entry.call.path, path) && entry.call.kind != .http(method: "GET")
            }
        }
    }

    mutating func answer(_ request: Request) -> Answer {
        let candidates = entries.indices.filter { isCandidate(entries[$0].call, for: request) }
        guard !candidates.isEmpty else { return .unknown }
        let form = forms.form(of: request.body)
        let same = candidates.filter { entries[$0].form == form }
        if let index = same.first(where: { !entries[$0].isUsed }) { return use(index) }
        // A second attempt at a call.
        if let index = same.last { return .call(entries[index].call, isAgain: true) }
        let unused = candidates.filter { !entries[$0].isUsed && entries[$0].form.isWarmUp == form.isWarmUp }
        guard
            let nearest = unused.max(by: {
                Self.likeness(entries[$0].form, form) < Self.likeness(entries[$1].form, form)
            })
        else {
            return matching == .lenient && form.isWarmUp ? .call(.warmUp(request), isAgain: false) : .exhausted
        }
        if matching == .lenient { return use(nearest) }
        return .mismatch(
            exchangeID: entries[nearest].call.exchangeID,
            RequestDifference.lines(recorded: entries[nearest].form, received: form)
        )
    }

    private mutating func use(_ index: Int) -> Answer {
        entries[index].isUsed = true
        return .call(entries[index].call, isAgain: false)
    }

    private func isCandidate(_ call: RecordedCall, for request: Request) -> Bool {
        if call.kind == request.kind, call.path == request.path { return true }
        // The same API at another base URL, and over another transport.
        let canAsk = call.kind == .message || call.kind == .http(method: "POST")
        let asks = request.kind == .message || request.kind == .http(method: "POST")
        return matching == .lenient && canAsk && asks && Self.isSameEndpoint(call.path, request.path)
    }

    /// `/v1/responses` and `/backend-api/codex/responses?x=y` end alike.
    private static func isSameEndpoint(_ left: String, _ right: String) -> Bool {
        func last(_ path: String) -> Substring? { path.prefix { $0 != "?" }.split(separator: "/").last }
        return last(left) == last(right)
    }

    /// How much of the conversation is the same from its beginning.
    private static func likeness(_ left: RequestForm, _ right: RequestForm) -> Int {
        zip(left.history, right.history).prefix { $0 == $1 }.count
    }
}
