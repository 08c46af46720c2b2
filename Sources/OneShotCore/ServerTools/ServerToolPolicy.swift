/// Which server tools a task allows, and the requests of model APIs without the others.
public struct ServerToolPolicy: Sendable, Equatable {
    public var allowed: Set<ServerTool>

    public init(allowing allowed: Set<ServerTool> = []) { self.allowed = allowed }

    /// The form of a request.
    public enum API: Sendable {
        /// OpenAI's Responses, over HTTP or as a `response.create` message.
        case responses
        /// Chat Completions, of OpenAI and of all who copy it.
        case chat
        /// Anthropic's Messages.
        case messages
        case gemini
    }

    /// A request as it may go on.
    public struct Outcome: Sendable, Equatable {
        /// Nil where it may go on as it came.
        public var body: JSON?
        /// What was taken out.
        public var stripped: Set<ServerTool> = []
        /// Why it may not go on at all.
        public var refusal: String?
    }

    /// - Parameter body: the request; anything but an object is refused.
    public func apply(to body: JSON, of api: API) -> Outcome {
        guard case .object(let members) = body else { return Outcome(refusal: "the request is not a JSON object") }
        // Readers disagree about which of two counts.
        if Self.saysTwice(body) { return Outcome(refusal: "an object in the request has a key twice") }
        if let model = body["model"]?.string, Self.searchesByItself(model), !allowed.contains(.webSearch) {
            return Outcome(refusal: "the model \(model) searches the web by itself, which this task does not allow")
        }
        var filter = ServerToolFilter(allowed: allowed)
        let filtered: [JSON.Member] =
            switch api {
            case .responses: filter.responses(members)
            case .chat: filter.chat(members)
            case .messages: filter.messages(members)
            case .gemini: filter.gemini(members)
            }
        return Outcome(body: filter.stripped.isEmpty ? nil : .object(filtered), stripped: filter.stripped)
    }

    private static func saysTwice(_ value: JSON) -> Bool {
        switch value {
        case .array(let elements): elements.contains(where: saysTwice)
        case .object(let members):
            members.contains { saysTwice($0.value) } || Set(members.map(\.key)).count < members.count
        default: false
        }
    }

    private static func searchesByItself(_ model: String) -> Bool {
        let name = model.lowercased()
        return ["-search-preview", "-search-api", "deep-research", ":online"].contains { name.contains($0) }
            || name.hasPrefix("perplexity/") || name.hasPrefix("sonar")
    }
}
