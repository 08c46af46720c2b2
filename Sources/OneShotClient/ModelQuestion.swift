public import OneShotCore

/// A question that a model answers with JSON of a schema.
public struct ModelQuestion: Sendable, Equatable {
    /// What the model is there for.
    public var instructions: String
    /// What it is asked about.
    public var input: String
    /// The schema's name: letters, digits and `_`.
    public var name: String
    /// A JSON schema in the strict form: every property required, none besides. The order of its keys is the order in
    /// which the model writes them.
    public var schema: JSON

    public init(instructions: String, input: String, name: String, schema: JSON) {
        self.instructions = instructions
        self.input = input
        self.name = name
        self.schema = schema
    }

    /// The body of a Responses API request.
    public func body(model: String) -> JSON {
        [
            "model": .string(model),
            "instructions": .string(instructions),
            "input": .string(input),
            "store": false,
            "text": [
                "format": ["type": "json_schema", "name": .string(name), "strict": true, "schema": schema]
            ],
        ]
    }
}
