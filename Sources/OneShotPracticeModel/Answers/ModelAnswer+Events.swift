import OneShotCore

extension ModelAnswer {
    /// The answer as the events of a stream, numbered, the terminal event last.
    var events: [JSON] {
        var events: [JSON] = [
            ["type": "response.created", "response": response(status: "in_progress")],
            ["type": "response.in_progress", "response": response(status: "in_progress")],
        ]
        for (index, item) in items.enumerated() { events += Self.events(of: item, at: index) }
        events.append(["type": "response.completed", "response": response()])
        return events.enumerated().map { number, event in
            .object(event.members + [.init("sequence_number", JSON(number))])
        }
    }

    private static func events(of item: JSON, at index: Int) -> [JSON] {
        let place: [JSON.Member] = [.init("output_index", JSON(index)), .init("item_id", item["id"] ?? .null)]
        func event(_ type: String, _ members: JSON.Member...) -> JSON {
            .object([.init("type", .string(type))] + place + members)
        }
        func deltas(_ type: String, _ text: String, _ members: JSON.Member...) -> [JSON] {
            pieces(of: text).map {
                .object([.init("type", .string(type))] + place + members + [.init("delta", .string($0))])
            }
        }
        var events: [JSON] = [
            .object([.init("type", "response.output_item.added"), place[0], .init("item", item.begun)])
        ]
        switch item["type"]?.string {
        case "message":
            for (part, content) in (item["content"]?.elements ?? []).enumerated() {
                guard let text = content["text"]?.string else { continue }
                let at = JSON.Member("content_index", JSON(part))
                let empty: JSON = ["type": "output_text", "text": "", "annotations": []]
                events.append(event("response.content_part.added", at, .init("part", empty)))
                events += deltas("response.output_text.delta", text, at)
                events.append(event("response.output_text.done", at, .init("text", .string(text))))
                events.append(event("response.content_part.done", at, .init("part", content)))
            }
        case "reasoning":
            for (part, summary) in (item["summary"]?.elements ?? []).enumerated() {
                guard let text = summary["text"]?.string else { continue }
                let at = JSON.Member("summary_index", JSON(part))
                let empty: JSON = ["type": "summary_text", "text": ""]
                events.append(event("response.reasoning_summary_part.added", at, .init("part", empty)))
                events += deltas("response.reasoning_summary_text.delta", text, at)
                events.append(event("response.reasoning_summary_text.done", at, .init("text", .string(text))))
                events.append(event("response.reasoning_summary_part.done", at, .init("part", summary)))
            }
        case "function_call":
            let arguments = item["arguments"]?.string ?? ""
            events += deltas("response.function_call_arguments.delta", arguments)
            events.append(event("response.function_call_arguments.done", .init("arguments", .string(arguments))))
        case "custom_tool_call":
            let input = item["input"]?.string ?? ""
            events += deltas("response.custom_tool_call_input.delta", input)
            events.append(event("response.custom_tool_call_input.done", .init("input", .string(input))))
        default: break
        }
        events.append(.object([.init("type", "response.output_item.done"), place[0], .init("item", item)]))
        return events
    }

    /// The text in pieces of the size in which models stream theirs.
    static func pieces(of text: String) -> [String] {
        var pieces: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(24)))
            rest = rest.dropFirst(24)
        }
        return pieces
    }
}

extension JSON {
    /// An output item as it is announced, before its content.
    fileprivate var begun: JSON {
        .object(
            members.map { member in
                switch member.key {
                case "status": .init("status", "in_progress")
                case "content", "summary": .init(member.key, [])
                case "arguments", "input": .init(member.key, member.value.string == nil ? member.value : "")
                default: member
                }
            }
        )
    }
}
