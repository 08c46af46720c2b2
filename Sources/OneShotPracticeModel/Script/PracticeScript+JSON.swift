public import Foundation
public import OneShotCore

extension PracticeScript {
    /// Reads a script file.
    ///
    /// - Throws: ``FileError`` that names the key that does not fit.
    public static func load(_ url: URL) throws -> PracticeScript {
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw FileError.unreadable(path: url.path, reason: "no such file, or no permission")
        }
        return try PracticeScript(parsing: data, path: url.path)
    }

    /// - Parameter path: where the text came from, for the error.
    public init(parsing data: Data, path: String) throws {
        let json: JSON
        do {
            json = try JSON(parsing: data)
        } catch {
            throw FileError.malformed(path: path, place: "line \(error.line)", problem: "not JSON: \(error.problem)")
        }
        let file = ScriptObject(json, place: "", path: path)
        try file.allow(["schema_version", "conversations"])
        guard try file.int("schema_version") == 1 else {
            throw file.problem("schema_version", "expected 1")
        }
        conversations = try file.objects("conversations").map(Conversation.init)
        guard !conversations.isEmpty else { throw file.problem("conversations", "expected at least one conversation") }
    }

    /// The script as a file holds it.
    public var json: JSON {
        ["schema_version": 1, "conversations": .array(conversations.map(\.json))]
    }
}

extension PracticeScript.Conversation {
    fileprivate init(_ object: ScriptObject) throws {
        try object.allow(["match", "match_regex", "steps"])
        switch (try object.string("match"), try object.string("match_regex")) {
        case (let text?, nil): match = .text(text)
        case (nil, let pattern?):
            guard (try? Regex(pattern)) != nil else {
                throw object.problem("match_regex", "not a regular expression: \(pattern)")
            }
            match = .regex(pattern)
        case (nil, nil): match = nil
        default: throw object.problem("match", "cannot stand beside match_regex; remove one")
        }
        steps = []
        var reasoning: [String] = []
        let objects = try object.objects("steps")
        for (index, object) in objects.enumerated() {
            var step = try PracticeStep(object, isLast: index == objects.count - 1)
            // Reasoning alone is no answer: it goes before the next one.
            if step.say == nil, step.action == nil, index < objects.count - 1 {
                reasoning += [step.reasoning].compactMap { $0 }
            } else {
                let all = reasoning + [step.reasoning].compactMap { $0 }
                step.reasoning = all.isEmpty ? nil : all.joined(separator: "\n\n")
                reasoning = []
                steps.append(step)
            }
        }
        guard !steps.isEmpty else { throw object.problem("steps", "expected at least one step") }
    }

    fileprivate var json: JSON {
        var members: [JSON.Member] = []
        switch match {
        case .text(let text): members.append(.init("match", .string(text)))
        case .regex(let pattern): members.append(.init("match_regex", .string(pattern)))
        case nil: break
        }
        return .object(members + [.init("steps", .array(steps.map(\.json)))])
    }
}

extension PracticeStep {
    private static let actions = ["shell", "patch", "mcp", "json", "output"]

    fileprivate init(_ object: ScriptObject, isLast: Bool) throws {
        try object.allow(["reasoning", "say", "usage", "delay_ms", "repeat"] + Self.actions)
        let given = Self.actions.filter { object.json[$0] != nil }
        guard given.count <= 1 else {
            throw object.problem(given[1], "a step calls one tool; put it into a step of its own")
        }
        self.init(
            reasoning: try object.string("reasoning"),
            say: try object.string("say"),
            action: try Action(object),
            usage: try object.object("usage").map(Usage.init),
            delayMs: try object.int("delay_ms") ?? 0,
            repeats: try object.bool("repeat") ?? false
        )
        guard reasoning != nil || say != nil || action != nil else {
            throw object.problem("", "a step needs one of say, shell, patch, mcp, json, output, reasoning")
        }
        guard delayMs >= 0 else { throw object.problem("delay_ms", "expected 0 or more milliseconds") }
        guard isLast || !repeats else { throw object.problem("repeat", "only the last step can repeat") }
    }

    fileprivate var json: JSON {
        var members: [JSON.Member] = []
        if let reasoning { members.append(.init("reasoning", .string(reasoning))) }
        if let say { members.append(.init("say", .string(say))) }
        switch action {
        case .shell(let command): members.append(.init("shell", .string(command)))
        case .patch(let text): members.append(.init("patch", .string(text)))
        case .mcp(let call):
            members.append(
                .init("mcp", ["server": .string(call.server), "tool": .string(call.tool), "arguments": call.arguments])
            )
        case .json(let value): members.append(.init("json", value))
        case .output(let items): members.append(.init("output", .array(items)))
        case nil: break
        }
        if let usage {
            members.append(
                .init(
                    "usage",
                    [
                        "input_tokens": JSON(usage.inputTokens),
                        "cached_input_tokens": JSON(usage.cachedInputTokens),
                        "output_tokens": JSON(usage.outputTokens),
                        "reasoning_tokens": JSON(usage.reasoningTokens),
                    ]
                )
            )
        }
        if delayMs > 0 { members.append(.init("delay_ms", JSON(delayMs))) }
        if repeats { members.append(.init("repeat", true)) }
        return .object(members)
    }
}

extension PracticeStep.Action {
    fileprivate init?(_ object: ScriptObject) throws {
        if let command = try object.string("shell") {
            self = .shell(command)
        } else if let text = try object.string("patch") {
            self = .patch(text)
        } else if let call = try object.object("mcp") {
            try call.allow(["server", "tool", "arguments"])
            guard let tool = try call.string("tool") else { throw call.problem("tool", "missing key") }
            let arguments = try call.object("arguments")?.json ?? .object([])
            self = .mcp(.init(server: try call.string("server") ?? "oneshot", tool: tool, arguments: arguments))
        } else if let value = object.json["json"] {
            self = .json(value)
        } else if object.json["output"] != nil {
            self = .output(try object.objects("output").map(\.json))
        } else {
            return nil
        }
    }
}

extension Usage {
    fileprivate init(_ object: ScriptObject) throws {
        try object.allow(["input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens"])
        guard let input = try object.int("input_tokens") else { throw object.problem("input_tokens", "missing key") }
        guard let output = try object.int("output_tokens") else { throw object.problem("output_tokens", "missing key") }
        self.init(
            inputTokens: input,
            cachedInputTokens: try object.int("cached_input_tokens") ?? 0,
            outputTokens: output,
            reasoningTokens: try object.int("reasoning_tokens") ?? 0
        )
    }
}
