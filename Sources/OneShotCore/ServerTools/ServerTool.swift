/// What a model API can do on its own machines for a call, with an internet that a trial's sandbox does not have.
public enum ServerTool: String, Sendable, Codable, CaseIterable, Comparable {
    case webSearch = "web_search"
    /// Pages that the provider reads for the model.
    case webFetch = "web_fetch"
    /// Files, images and documents that the provider loads from an address in the request.
    case urlFetch = "url_fetch"
    /// Search in files that the account has stored.
    case fileSearch = "file_search"
    /// Files, containers and prompts of the account, named by their ids.
    case storedFiles = "stored_files"
    case codeExecution = "code_execution"
    case computerUse = "computer_use"
    case imageGeneration = "image_generation"
    /// Servers of the Model Context Protocol that the provider talks to.
    case mcp
    /// An answer that goes on after the call has ended, and so past its budget.
    case background
    /// A tool of a kind that is not known here.
    case other

    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

    /// The kind of a tool that runs at the provider, by its `type` in a request; nil for one that the client runs.
    init?(ofType type: String) {
        if Self.clientTypes.contains(type) || Self.clientPrefixes.contains(where: type.hasPrefix) { return nil }
        let kind = Self.serverPrefixes.first { type.hasPrefix($0.0) }?.1
        self = kind ?? .other
    }

    private static let clientTypes: Set<String> = [
        "function", "custom", "local_shell", "apply_patch", "namespace", "tool_search",
    ]
    /// With a date behind them. A search for tools looks in what the request offers.
    private static let clientPrefixes = ["bash_", "text_editor_", "memory_", "tool_search_tool_"]
    private static let serverPrefixes: [(String, ServerTool)] = [
        ("web_search", .webSearch), ("web_fetch", .webFetch), ("file_search", .fileSearch),
        ("code_interpreter", .codeExecution), ("code_execution", .codeExecution), ("shell", .codeExecution),
        ("computer", .computerUse), ("image_generation", .imageGeneration), ("mcp", .mcp),
    ]
}
