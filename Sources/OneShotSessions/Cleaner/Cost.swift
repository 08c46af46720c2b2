import OneShotCore

/// US dollars in a session: to a hundredth of what the cheapest token costs, so that sums have short forms.
enum Cost {
    static func rounded(_ dollars: Double) -> Double { (dollars * 1e10).rounded() / 1e10 }

    /// Nil where neither is known.
    static func sum(_ left: Double?, _ right: Double?) -> Double? {
        guard left != nil || right != nil else { return nil }
        return rounded((left ?? 0) + (right ?? 0))
    }
}

/// The prices of the models of a session, each looked up once.
struct SessionPrices: Sendable {
    private let table: PriceTable
    private var found: [String: ModelPrice?] = [:]

    init(_ table: PriceTable) { self.table = table }

    /// - Returns: nil where the model has no price.
    mutating func dollars(_ usage: Usage, model: String?) -> Double? {
        guard let model else { return nil }
        let price: ModelPrice?
        if let known = found[model] {
            price = known
        } else {
            price = table.price(of: model)
            found[model] = .some(price)
        }
        return price.map { Cost.rounded($0.dollars(usage)) }
    }
}
