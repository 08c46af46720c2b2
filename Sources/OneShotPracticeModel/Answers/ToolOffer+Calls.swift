import OneShotCore

/// One output item of an answer, without its ids.
enum AnswerItem: Sendable, Equatable {
    case reasoning(String)
    case message(String)
    case function(ToolOffer.Tool, arguments: JSON)
    case custom(ToolOffer.Tool, input: String)
    case localShell(command: [String])
    case toolSearch(query: String)
    case compaction
    /// Complete with its ids.
    case verbatim(JSON)
}

extension ToolOffer {
    /// How long a command may run before the tool answers without its end.
    private static let patience: JSON = 30_000

    /// The call that runs a shell command; nil when the agent offers no tool for it.
    func shell(_ command: String) -> AnswerItem? {
        if let codeMode {
            return .custom(codeMode, input: Self.script(forShell: command))
        }
        if let tool = function("exec_command") {
            return .function(tool, arguments: ["cmd": .string(command), "yield_time_ms": Self.patience])
        }
        if let tool = function("shell_command") ?? function("bash") ?? function("Bash") {
            return .function(tool, arguments: ["command": .string(command)])
        }
        if let tool = function("shell") {
            return .function(tool, arguments: ["command": ["bash", "-lc", .string(command)]])
        }
        return builtIn("local_shell").map { _ in .localShell(command: ["bash", "-lc", command]) }
    }

    /// The call that waits on for a command whose end the agent has not seen yet.
    func wait(forShellSession session: Int) -> AnswerItem? {
        function("write_stdin").map {
            .function($0, arguments: ["session_id": JSON(session), "chars": "", "yield_time_ms": Self.patience])
        }
    }

    func patch(_ text: String) -> AnswerItem? {
        if let codeMode {
            let call = "await tools.apply_patch(\(JSON.string(text).compactText))"
            return .custom(codeMode, input: "const result = \(call);\ntext(result);")
        }
        if let tool = custom("apply_patch") { return .custom(tool, input: text) }
        var mark = "PATCH"
        while text.contains(mark) { mark += "_" }
        let body = text.hasSuffix("\n") ? text : text + "\n"
        return shell("apply_patch <<'\(mark)'\n\(body)\(mark)")
    }

    /// - Returns: the call, a search for the tool, or nil where the agent has no such tool.
    func mcp(_ call: PracticeStep.MCPCall) -> AnswerItem? {
        let namespace = "mcp__\(Self.identifier(call.server))"
        let name = Self.identifier(call.tool)
        if let codeMode {
            let arguments = call.arguments.compactText
            return .custom(
                codeMode,
                input: "const result = await tools.\(namespace)__\(name)(\(arguments));\ntext(result);"
            )
        }
        if let tool = function(name, namespace: namespace) ?? function("\(namespace)__\(name)") {
            return .function(tool, arguments: call.arguments)
        }
        let words = name.split(separator: "_").joined(separator: " ")
        return hasToolSearch ? .toolSearch(query: "\(call.server) \(words)") : nil
    }

    /// What agents make of a name that a function cannot have.
    private static func identifier(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.map { isWord($0) ? $0 : "_" }))
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
    }

    private static func script(forShell command: String) -> String {
        """
        // @exec: {"yield_time_ms": 600000}
        let result = await tools.exec_command({cmd: \(JSON.string(command).compactText), yield_time_ms: 30000});
        while (result.session_id !== undefined && result.session_id !== null) {
          result = await tools.write_stdin({session_id: result.session_id, chars: "", yield_time_ms: 30000});
        }
        text(result);
        """
    }
}
