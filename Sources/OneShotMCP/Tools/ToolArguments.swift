import OneShotCore

/// The arguments of a call, read leniently: models write null for absent, and a list as one string.
struct ToolArguments: Sendable {
    let values: JSON

    /// - Throws: ``ToolArgumentError`` for an argument that the tool does not have.
    init(_ values: JSON, of tool: TaskTool) throws(ToolArgumentError) {
        self.values = values
        for member in values.members where !tool.argumentNames.contains(member.key) {
            throw ToolArgumentError.unknown(member.key, known: tool.argumentNames)
        }
    }

    func text(_ name: String) throws(ToolArgumentError) -> String? {
        switch values[name] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        default: throw ToolArgumentError.wrongKind(name, expected: "a string")
        }
    }

    /// False where it is absent.
    func flag(_ name: String) throws(ToolArgumentError) -> Bool {
        switch values[name] {
        case nil, .null?: return false
        case .bool(let value)?: return value
        case .string("true")?: return true
        case .string("false")?, .string("")?: return false
        default: throw ToolArgumentError.wrongKind(name, expected: "true or false")
        }
    }

    func texts(_ name: String) throws(ToolArgumentError) -> [String] {
        switch values[name] {
        case nil, .null?: return []
        case .string(let text)?: return text.split(separator: ",").map(String.init)
        case .array(let elements)?:
            let texts = elements.compactMap(\.string)
            guard texts.count == elements.count else {
                throw ToolArgumentError.wrongKind(name, expected: "a list of strings")
            }
            return texts
        default: throw ToolArgumentError.wrongKind(name, expected: "a list of strings")
        }
    }
}

/// Arguments that do not fit the tool's schema.
enum ToolArgumentError: OneShotError, Equatable {
    case unknown(String, known: [String])
    case wrongKind(String, expected: String)

    var description: String {
        switch self {
        case .unknown(let name, let known):
            "there is no argument \"\(name)\"; there are \(known.joined(separator: ", "))"
        case .wrongKind(let name, let expected): "argument \"\(name)\" is not \(expected)"
        }
    }

    var exitCode: ExitCode { .usage }
}
