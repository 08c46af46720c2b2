import OneShotCore

/// A tool that was offered to the model, whatever provider's form it came in.
struct ToolDefinition {
    /// With the namespace before it, as calls name it.
    var name: String
    var description: String?
    /// A JSON schema; nil for a tool of the provider's own, or one that takes free text.
    var parameters: JSON?
    /// The provider's definition.
    var raw: JSON

    /// Every tool that these turns offered, in the order of first use; of several definitions the last one.
    static func all(offeredIn turns: [Turn]) -> [ToolDefinition] {
        var order: [String] = []
        var byName: [String: ToolDefinition] = [:]
        for definition in turns.flatMap({ $0.tools ?? [] }).flatMap({ read($0) }) {
            if byName.updateValue(definition, forKey: definition.name) == nil { order.append(definition.name) }
        }
        return order.compactMap { byName[$0] }
    }

    /// Some definitions hold several: Gemini's list of functions, a namespace of the Responses API.
    private static func read(_ raw: JSON, namespace: String = "") -> [ToolDefinition] {
        if let functions = raw["functionDeclarations"] ?? raw["function_declarations"] {
            return functions.elements.flatMap { read($0) }
        }
        if raw["type"] == "namespace", let name = raw["name"]?.string {
            return (raw["tools"]?.elements ?? []).flatMap { read($0, namespace: "\(name).") }
        }
        let body = raw["function"] ?? raw
        guard let name = body["name"]?.string ?? body["type"]?.string else { return [] }
        let schemas = ["parameters", "input_schema", "parametersJsonSchema", "inputSchema"]
        return [
            ToolDefinition(
                name: namespace + name,
                description: body["description"]?.string,
                parameters: schemas.lazy.compactMap { body[$0] }.first,
                raw: raw
            )
        ]
    }

    /// In the form of OpenAI's function calling, which most tools read.
    var functionJSON: JSON {
        let anything: JSON = ["type": "object", "properties": ["input": ["type": "string"]]]
        return [
            "type": "function",
            "function": .members([
                "name": .string(name), "description": description.map { .string($0) },
                "parameters": parameters ?? anything,
            ]),
        ]
    }
}
