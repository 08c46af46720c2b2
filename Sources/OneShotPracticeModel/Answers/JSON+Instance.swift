import OneShotCore

extension JSON {
    /// The plainest value that fits this JSON schema: empty texts, first choices, smallest numbers.
    var instance: JSON {
        if let constant = self["const"] { return constant }
        if let first = self["enum"]?.elements.first { return first }
        if let first = (self["anyOf"] ?? self["oneOf"])?.elements.first { return first.instance }
        switch self["type"]?.string ?? self["type"]?[0]?.string {
        case "object":
            let required = self["required"]?.elements.compactMap(\.string)
            let properties = (self["properties"]?.members ?? []).filter { required?.contains($0.key) ?? true }
            return .object(properties.map { Member($0.key, $0.value.instance) })
        case "array":
            return .array(
                Array(repeating: self["items"]?.instance ?? .null, count: min(self["minItems"]?.count ?? 0, 100))
            )
        case "string": return ""
        case "integer", "number": return self["minimum"] ?? 0
        case "boolean": return false
        default: return .null
        }
    }
}
