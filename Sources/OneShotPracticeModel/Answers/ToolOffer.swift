import OneShotCore

/// The tools that an agent offers, and with them the dialect in which it wants to be called.
///
/// Codex has three: functions and custom tools of their own, the same with some of them behind `tool_search`, and
/// "code mode", where one custom tool `exec` takes JavaScript and every other tool is a function inside it.
struct ToolOffer: Sendable, Equatable {
    struct Tool: Sendable, Equatable {
        var namespace: String?
        var name: String
        var kind: String
    }

    private(set) var tools: [Tool]

    init(_ definitions: [JSON]) {
        tools = definitions.flatMap { Self.tools(in: $0, namespace: nil) }
    }

    private static func tools(in definition: JSON, namespace: String?) -> [Tool] {
        let kind = definition["type"]?.string ?? "function"
        let name = definition["name"]?.string ?? definition["function"]?["name"]?.string ?? kind
        guard kind == "namespace" else { return [Tool(namespace: namespace, name: name, kind: kind)] }
        return (definition["tools"]?.elements ?? []).flatMap { tools(in: $0, namespace: name) }
    }

    var isEmpty: Bool { tools.isEmpty }

    mutating func add(_ other: ToolOffer) {
        tools += other.tools.filter { !tools.contains($0) }
    }

    /// The tool that takes JavaScript, in code mode.
    var codeMode: Tool? { tools.first { $0.name == "exec" && $0.kind == "custom" } }
    var hasToolSearch: Bool { tools.contains { $0.kind == "tool_search" } }

    func custom(_ name: String) -> Tool? { tools.first { $0.name == name && $0.kind == "custom" } }
    func function(_ name: String, namespace: String? = nil) -> Tool? {
        tools.first { $0.name == name && $0.kind == "function" && (namespace == nil || $0.namespace == namespace) }
    }
    func builtIn(_ kind: String) -> Tool? { tools.first { $0.kind == kind } }
}
