import OneShotCore
import OneShotStore

extension RecordedHeaders {
    init(_ exchange: Exchange) {
        guard let meta = try? JSON(parsing: exchange.metaJSON) else {
            self.init([:])
            return
        }
        var values: [String: String] = [:]
        for pair in meta["request_headers"]?.elements ?? [] {
            guard let name = pair[0]?.string, let value = pair[1]?.string else { continue }
            values[name.lowercased()] = value
        }
        self.init(values)
    }
}
