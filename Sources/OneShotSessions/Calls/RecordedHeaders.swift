import OneShotCore
import OneShotStore

/// The request headers that the recorder kept, by their names in lower case.
struct RecordedHeaders: Sendable {
    private var values: [String: String] = [:]

    init(_ exchange: Exchange) {
        guard let meta = try? JSON(parsing: exchange.metaJSON) else { return }
        for pair in meta["request_headers"]?.elements ?? [] {
            guard let name = pair[0]?.string, let value = pair[1]?.string else { continue }
            values[name.lowercased()] = value
        }
    }

    init(_ values: [String: String]) { self.values = values }

    subscript(name: String) -> String? { values[name] }

    /// The program that sent them, as it names itself.
    var agent: AgentIdentity? {
        let product = values["user-agent"]?.split(separator: " ").first?.split(separator: "/", maxSplits: 1) ?? []
        guard let name = values["originator"] ?? product.first.map(String.init) else { return nil }
        return AgentIdentity(name: name, version: product.count > 1 ? String(product[1]) : values["version"])
    }
}
