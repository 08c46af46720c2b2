import Foundation
import OneShotCore
import OneShotSandbox

/// An agent in Python that asks models by LiteLLM, brought along with a Python of its own.
struct PythonAgent: Agent {
    let program: Program
    let providers: [ModelProvider]
    let options: AgentOptions
    let packages: PythonEnvironment.Installed

    var name: String { program.name }
    var version: String? { program.version }
    var model: String? { options.model }

    static let heeded: Set<AgentOptions.Kind> = [.model, .reasoningEffort, .arguments, .environment]

    /// What one such agent has of its own.
    struct Program: Sendable {
        var name: String
        var version: String
        var list: PythonPackages
        /// The versions 3.x of Python that they are made for.
        var pythons: ClosedRange<Int>
        /// What is fetched, and what it takes on disk, in megabytes.
        var megabytes: (fetched: Int, installed: Int)
        /// For its command line, before what the person adds.
        var words: [String]
        var reasoningEffort: @Sendable (String) -> [String]
        var environment: [String: String]
        /// Patterns below its `HOME`.
        var sessionFiles: [String]
        /// Lines of Python that start it. `words` is its command line without a name, `instructions` the path of the
        /// instructions.
        var start: String

        func environment(of host: [String: String]) -> PythonEnvironment {
            PythonEnvironment(name: name, packages: list, pythons: pythons, environment: host)
        }

        /// Its packages, which its first use installs.
        func packages(
            environment host: [String: String],
            onNote: @escaping @Sendable (String) async -> Void
        ) async throws -> PythonEnvironment.Installed {
            let environment = environment(of: host)
            if await !environment.isMade {
                await onNote(
                    "\(name) \(version) is installed once, into \(CacheDirectory.url.path)/agents: some "
                        + "\(megabytes.fetched) MB to fetch from PyPI, \(megabytes.installed) MB on disk"
                )
            }
            return try await environment.installed(onNote: onNote)
        }
    }

    func launch(in directory: URL) async throws -> AgentLaunch {
        try AtomicFile.makeDirectory(directory.appendingPathComponent("python"))
        var words = program.words
        if let model { words += ["--model", model] }
        if let effort = options.reasoningEffort { words += program.reasoningEffort(effort) }
        let call: JSON = .array((words + options.arguments).map { .string($0) })
        try AtomicFile.write(call.compactText, to: directory.appendingPathComponent("arguments.json"))
        try AtomicFile.write(start, to: directory.appendingPathComponent("start.py"))
        return AgentLaunch(
            command: ["\(InsidePath.agent)/python/python", "-I", "-B", "\(InsidePath.agent)/start.py"],
            environment: program.environment,
            mounts: [.init(host: packages.directory, inside: "\(InsidePath.agent)/python")],
            sessionFiles: program.sessionFiles
        )
    }

    private var start: String {
        """
        import json, os, sys
        instructions = "\(InsidePath.task)/LM_INSTRUCTIONS.md"
        with open("\(InsidePath.agent)/arguments.json") as file:
            words = json.load(file)
        \(program.start)

        """
    }
}
