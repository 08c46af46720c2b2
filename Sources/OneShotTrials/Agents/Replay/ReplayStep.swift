import Foundation
import OneShotCore

/// What a call of a tool did to the files, to be done again.
enum ReplayStep: Sendable, Equatable {
    case shell(String, directory: String?)
    /// In the `*** Begin Patch` form.
    case patch(String)
    case write(path: String, content: String)
    case edit(path: String, old: String, new: String, everywhere: Bool)
}

extension ReplayStep {
    /// What a recorded call did.
    ///
    /// - Returns: empty for a tool that only reads or talks; nil for one that may have changed something and that
    ///   cannot be read.
    static func steps(of call: ToolCall) -> [ReplayStep]? {
        let name = call.name.split(separator: ".").last.map(String.init) ?? call.name
        let json = (try? JSON(parsing: call.arguments)) ?? .null
        switch name {
        case "exec_command", "shell_command", "Bash", "bash", "shell", "container.exec", "local_shell",
            "local_shell_call":
            return command(json["action"] ?? json).map { [$0] }
        case "apply_patch":
            return [.patch(json["input"]?.string ?? json["patch"]?.string ?? call.arguments)]
        case "exec" where json == .null: return CodeModeScript(call.arguments).steps
        case "Write":
            guard let path = json["file_path"]?.string, let content = json["content"]?.string else { return nil }
            return [.write(path: path, content: content)]
        case "Edit": return edit(json, path: json["file_path"]?.string).map { [$0] }
        case "MultiEdit":
            let edits = (json["edits"]?.elements ?? []).map { edit($0, path: json["file_path"]?.string) }
            return edits.contains { $0 == nil } ? nil : edits.compactMap(\.self)
        case "NotebookEdit", "str_replace_based_edit_tool", "str_replace_editor": return nil
        default: return []
        }
    }

    private static func command(_ json: JSON) -> ReplayStep? {
        let directory = json["workdir"]?.string ?? json["working_directory"]?.string
        guard let command = json["cmd"] ?? json["command"] else { return nil }
        if let line = command.string { return .shell(line, directory: directory) }
        let words = command.elements.compactMap(\.string)
        guard words.count == command.elements.count, let last = words.last else { return nil }
        // `bash -lc LINE`, as Codex writes it.
        if words.count == 3, ["bash", "sh", "zsh", "/bin/bash", "/bin/sh", "/bin/zsh"].contains(words[0]),
            words[1].hasPrefix("-"), words[1].hasSuffix("c")
        {
            return .shell(last, directory: directory)
        }
        return .shell(words.map(Self.quote).joined(separator: " "), directory: directory)
    }

    private static func quote(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }

    private static func edit(_ json: JSON, path: String?) -> ReplayStep? {
        guard let path, let old = json["old_string"]?.string, let new = json["new_string"]?.string else { return nil }
        return .edit(path: path, old: old, new: new, everywhere: json["replace_all"]?.bool ?? false)
    }
}

extension ReplayStep {
    /// The step with another directory in the place of the one that the session worked in.
    func moved(from old: String, to new: String) -> ReplayStep {
        func moved(_ text: String) -> String {
            let parts = text.components(separatedBy: old)
            guard let first = parts.first else { return text }
            // Not inside of longer names: `/work/app` is not in `/work/app-2`.
            return parts.dropFirst().reduce(first) { text, part in
                let goesOn = part.unicodeScalars.first.map(Self.isName) ?? false
                return text + (goesOn ? old : new) + part
            }
        }
        return switch self {
        case .shell(let line, let directory): .shell(moved(line), directory: directory.map(moved))
        case .patch(let text): .patch(moved(text))
        case .write(let path, let content): .write(path: moved(path), content: content)
        case .edit(let path, let old, let new, let everywhere):
            .edit(path: moved(path), old: old, new: new, everywhere: everywhere)
        }
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-" || scalar == "_"
    }

    /// For the program that does it.
    var json: JSON {
        switch self {
        case .shell(let line, let directory):
            ["kind": "shell", "line": .string(line), "directory": JSON(directory)]
        case .patch(let text): ["kind": "patch", "text": .string(text)]
        case .write(let path, let content):
            ["kind": "write", "path": .string(path), "content": .string(content)]
        case .edit(let path, let old, let new, let everywhere):
            [
                "kind": "edit", "path": .string(path), "old": .string(old), "new": .string(new),
                "everywhere": .bool(everywhere),
            ]
        }
    }
}
