import OneShotCore

/// The request headers that the recorder kept, by their names in lower case.
struct RecordedHeaders: Sendable {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    subscript(name: String) -> String? { values[name] }

    /// The program that sent them, as it names itself.
    var agent: AgentIdentity? {
        let product = values["user-agent"]?.split(separator: " ").first?.split(separator: "/", maxSplits: 1) ?? []
        guard let name = values["originator"] ?? product.first.map(String.init) else { return nil }
        return AgentIdentity(name: name, version: product.count > 1 ? String(product[1]) : values["version"])
    }
}
