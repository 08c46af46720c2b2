/// Files that the provider would load: from an address, or from what the account has stored.
extension ServerToolFilter {
    /// A conversation or a part of one, with a note in the place of each such file.
    mutating func contents(_ value: JSON) -> JSON {
        switch value {
        case .array(let elements): return .array(elements.map { contents($0) })
        case .object(let members):
            if let kind = Self.file(in: value), strips(kind) { return Self.note(for: value) }
            return .object(
                members.map { member in
                    // Items of a conversation can bring tools with them (`additional_tools`, `tool_search_output`).
                    if member.key == "tools" { return JSON.Member(member.key, typedTools(member.value)) }
                    // Not into what a tool was called with: that is text of the model's own.
                    return Self.holders.contains(member.key) ? JSON.Member(member.key, contents(member.value)) : member
                }
            )
        default: return value
        }
    }

    private static let holders: Set<String> = ["content", "output", "parts", "source"]

    /// What the provider would load for this part; nil for one that brings its own content.
    private static func file(in part: JSON) -> ServerTool? {
        if let data = part["fileData"] ?? part["file_data"], data.members.contains(where: { isAddress($0.value) }) {
            return .urlFetch
        }
        guard let type = part["type"]?.string else { return nil }
        switch type {
        case "input_image", "input_file", "image_url", "file", "input_audio", "input_video", "video_url",
            "computer_screenshot", "audio_url":
            let places = part.members.filter { !["type", "detail", "filename"].contains($0.key) }.flatMap { member in
                member.value.members.isEmpty ? [member] : member.value.members
            }
            if places.contains(where: { $0.key == "file_id" && $0.value != .null }) { return .storedFiles }
            return places.contains { isAddress($0.value) } ? .urlFetch : nil
        case "image", "document":
            switch part["source"]?["type"]?.string {
            case "url": return .urlFetch
            case "file": return .storedFiles
            default: return nil
            }
        case "container_upload": return .storedFiles
        default: return nil
        }
    }

    private static func isAddress(_ value: JSON) -> Bool {
        guard let text = value.string else { return false }
        return text.contains("://") && !text.lowercased().hasPrefix("data:")
    }

    private static func note(for part: JSON) -> JSON {
        let text: JSON = "[a file was here that the provider would have had to load; this task does not allow that]"
        let type = part["type"]?.string
        if type == nil { return ["text": text] }
        return ["type": type?.hasPrefix("input_") == true ? "input_text" : "text", "text": text]
    }
}
