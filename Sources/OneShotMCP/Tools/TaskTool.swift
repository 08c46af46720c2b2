import OneShotCore

/// The four tools of the guide.
enum TaskTool: String, CaseIterable, Sendable {
    case start = "repo.start_task.v1"
    case end = "repo.end_task.v1"
    case check = "repo.check_readiness.v1"
    case fix = "repo.autofix_readiness.v1"

    static let instructions = """
        OneShot records work on a git repository as an evaluation task. When the user asks for a task to be started, \
        call repo.start_task.v1 with the title, notes and labels that they give, before anything is changed. Then do \
        the work. When it is done, or when the user says so, call repo.end_task.v1 with a summary of what was done. \
        The tools never change the user's files, branch, index or configuration.
        """

    var description: ToolDescription {
        ToolDescription(
            name: rawValue,
            title: title,
            description: explanation,
            inputSchema: [
                "type": "object", "properties": .object(properties.map { .init($0.name, $0.schema) }),
                "required": .array(properties.filter(\.isRequired).map { .string($0.name) }),
                "additionalProperties": false,
            ],
            isReadOnly: self == .check
        )
    }

    /// The arguments that it takes.
    var argumentNames: [String] { properties.map(\.name) }

    private var title: String {
        switch self {
        case .start: "Start a task"
        case .end: "End the task"
        case .check: "Check readiness"
        case .fix: "Mend readiness"
        }
    }

    private var explanation: String {
        switch self {
        case .start:
            "Start recording a task: takes a snapshot of the repository's working tree, without changing it. Call it "
                + "before you change anything."
        case .end:
            "End the open task: takes a second snapshot and writes the task (the changes, instructions, notes and the "
                + "recorded session) to the workspace. Call it when the work is done."
        case .check:
            "Say whether a task can be captured in the repository and what stands in its way (operations in progress, "
                + "conflicts, missing files, secrets and more), each with the command that mends it. Changes nothing."
        case .fix:
            "Mend what check_readiness found, as far as that is possible without touching the user's files, branch, "
                + "index or configuration, and say what was done and what is left to the user."
        }
    }

    private struct Property {
        var name: String
        var schema: JSON
        var isRequired = false
    }

    private var properties: [Property] {
        let repository = Property(
            name: "repository",
            schema: [
                "type": "string",
                "description": "A directory of the repository; by default the one in which the agent was started.",
            ]
        )
        switch self {
        case .start:
            return [
                Property(
                    name: "title",
                    schema: ["type": "string", "description": "What is to be done, in a few words."],
                    isRequired: true
                ),
                Property(
                    name: "notes",
                    schema: ["type": "string", "description": "What else must be known to do the task. No solution."]
                ),
                Property(
                    name: "labels",
                    schema: ["type": "array", "items": ["type": "string"], "description": "Words to find the task by."]
                ),
                repository,
            ]
        case .end:
            return [
                Property(
                    name: "summary",
                    schema: ["type": "string", "description": "What was done, for people who review the task."]
                ),
                Property(
                    name: "draft",
                    schema: [
                        "type": "boolean",
                        "description":
                            "Have a model put what the user asked for into an instruction. Only when the user wants it.",
                    ]
                ),
                repository,
            ]
        case .check, .fix: return [repository]
        }
    }
}
