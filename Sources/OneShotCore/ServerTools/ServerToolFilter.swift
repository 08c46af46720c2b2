/// Goes through the members of one request and leaves out what is not allowed.
struct ServerToolFilter {
    let allowed: Set<ServerTool>
    private(set) var stripped: Set<ServerTool> = []

    init(allowed: Set<ServerTool>) { self.allowed = allowed }

    /// - Returns: whether it has to go; then it is counted.
    mutating func strips(_ tool: ServerTool) -> Bool {
        if allowed.contains(tool) { return false }
        stripped.insert(tool)
        return true
    }

    mutating func responses(_ members: [JSON.Member]) -> [JSON.Member] {
        let kept = members.compactMap { member -> JSON.Member? in
            switch member.key {
            case "tools": return JSON.Member(member.key, typedTools(member.value))
            case "input": return JSON.Member(member.key, contents(member.value))
            // A stored prompt has tools of its own.
            case "prompt" where member.value["id"] != nil: return strips(.storedFiles) ? nil : member
            case "background" where member.value != .bool(false) && member.value != .null:
                return strips(.background) ? nil : member
            default: return member
            }
        }
        return withFittingChoice(kept)
    }

    mutating func chat(_ members: [JSON.Member]) -> [JSON.Member] {
        let kept = members.compactMap { member -> JSON.Member? in
            switch member.key {
            case "tools": return JSON.Member(member.key, typedTools(member.value))
            case "messages": return JSON.Member(member.key, contents(member.value))
            case "web_search_options": return strips(.webSearch) ? nil : member
            // OpenRouter's, of which one searches the web.
            case "plugins": return strips(.webSearch) ? nil : member
            case "search_parameters", "enable_search", "search_options": return strips(.webSearch) ? nil : member
            default: return member
            }
        }
        return withFittingChoice(kept)
    }

    mutating func messages(_ members: [JSON.Member]) -> [JSON.Member] {
        let kept = members.compactMap { member -> JSON.Member? in
            switch member.key {
            case "tools": return JSON.Member(member.key, typedTools(member.value))
            case "messages", "system": return JSON.Member(member.key, contents(member.value))
            case "mcp_servers" where member.value != .array([]): return strips(.mcp) ? nil : member
            case "container" where member.value != .null: return strips(.codeExecution) ? nil : member
            default: return member
            }
        }
        return withFittingChoice(kept)
    }

    mutating func gemini(_ members: [JSON.Member]) -> [JSON.Member] {
        members.map { member in
            switch member.key {
            case "tools":
                guard case .array(let tools) = member.value else { return member }
                let kept = tools.map { tool in
                    JSON.object(tool.members.filter { Self.geminiTool($0.key).map { !strips($0) } ?? true })
                }
                return JSON.Member(member.key, .array(kept.filter { !$0.members.isEmpty }))
            case "contents", "systemInstruction", "system_instruction":
                return JSON.Member(member.key, contents(member.value))
            default: return member
            }
        }
    }

    private static func geminiTool(_ key: String) -> ServerTool? {
        switch key.lowercased().filter({ $0 != "_" }) {
        case "functiondeclarations": nil
        case "googlesearch", "googlesearchretrieval", "enterprisewebsearch", "googlemaps": .webSearch
        case "urlcontext": .webFetch
        case "codeexecution": .codeExecution
        case "filesearch", "retrieval": .fileSearch
        case "computeruse": .computerUse
        default: .other
        }
    }

    mutating func typedTools(_ tools: JSON) -> JSON {
        guard case .array(let elements) = tools else { return tools }
        return .array(
            elements.compactMap { tool in
                // Anthropic's own tools of the client have no type.
                guard let type = tool["type"]?.string else { return tool }
                if let kind = ServerTool(ofType: type), strips(kind) { return nil }
                // A namespace has tools inside.
                guard tool["tools"] != nil else { return tool }
                return .object(
                    tool.members.map { $0.key == "tools" ? JSON.Member($0.key, typedTools($0.value)) : $0 }
                )
            }
        )
    }

    /// Without a choice among tools of which some are gone: the API would refuse the call.
    private func withFittingChoice(_ members: [JSON.Member]) -> [JSON.Member] {
        guard !stripped.isEmpty else { return members }
        let hasTools = members.contains { $0.key == "tools" && !$0.value.elements.isEmpty }
        return members.filter { member in
            guard member.key == "tool_choice" else { return member.key != "tools" || hasTools }
            let type = member.value["type"]?.string
            return hasTools && (type == nil || ["function", "custom", "auto", "any", "tool", "none"].contains(type))
        }
    }
}
