public import Foundation
public import OneShotCore
public import OneShotProcess
public import OneShotRecorder

/// A program whose traffic with model APIs is recorded under a run id of its own: what `oneshot trace` runs.
///
/// The program runs on the user's terminal, and it alone is told of the recorder and trusts its certificates. The
/// recorder is that of the workspace; where none runs, a shared one is started in the background, which ends with
/// the last traced program that uses it, so that any number of them can run at once.
public struct TracedCommand: Sendable {
    public enum Agent: String, Sendable, CaseIterable {
        case codex
    }

    /// A path, or a name on the `PATH`.
    public var program: String
    public var arguments: [String]
    /// How the program is told what it needs besides variables; guessed from its name when nil.
    public var agent: Agent?
    public var runID: RunID
    /// How the recorder is to be, such as with a token limit. A recorder that runs already is joined only if it was
    /// started with the same.
    public var options: RecorderOptions
    /// What this run may use; nil for no limits but the recorder's own.
    public var budget: Budget?
    /// Ours when nil.
    public var directory: URL?
    public var input: Command.AttachedInput
    /// The variables of the client, from which its `PATH`, proxy and Codex home are read.
    public var environment: [String: String]

    public init(
        _ program: String,
        _ arguments: [String] = [],
        agent: Agent? = nil,
        runID: RunID,
        options: RecorderOptions = RecorderOptions(port: 0),
        budget: Budget? = nil,
        directory: URL? = nil,
        input: Command.AttachedInput = .ours,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.program = program
        self.arguments = arguments
        self.agent = agent ?? Agent(rawValue: URL(fileURLWithPath: program).lastPathComponent)
        self.runID = runID
        self.options = options
        self.budget = budget
        self.directory = directory
        self.input = input
        self.environment = environment
    }

    public struct Outcome: Sendable, Equatable {
        public var result: CommandResult
        /// How many exchanges the session has now; nil when the program is one that is not recorded.
        public var exchanges: Int?
        /// What was used; nil where the recorder does not say, and when the program is one that is not recorded.
        public var report: SessionReport?

        /// How the shell is told of it: as the program ended, but 1 when a limit refused a call and the program made
        /// light of that.
        public var exitCode: Int32 {
            result.succeeded && report?.stop != nil ? 1 : result.shellCode
        }

        /// One line for a person on what was used; nil when no model was called.
        public var usageText: String? {
            guard let report, report.requests > 0 || report.stop != nil else { return nil }
            return "used \(report.text)" + (report.stop.map { "; stopped: \($0.message)" } ?? "")
        }

        /// One line for a person; nil when there is nothing to say.
        public func text(of runID: RunID) -> String? {
            switch exchanges {
            case nil: nil
            case 0:
                "nothing was recorded as \(runID): the command called no model API that is read ('oneshot doctor' checks)"
            case let count?: "recorded \(count) exchange\(count == 1 ? "" : "s") as \(runID)"
            }
        }
    }

    /// Runs the program to its end. What it said is in the databases when this returns.
    ///
    /// - Parameter note: gets a line for the user when something must be known while the program runs.
    /// - Throws: `ProcessError`, ``WorkbenchError``, `FileError`.
    public func run(
        with recorder: WorkspaceRecorder,
        note: @escaping @Sendable (String) -> Void
    ) async throws -> Outcome {
        let found = try locate()
        let codex = agent == .codex ? CodexInvocation(arguments) : nil
        if codex?.kind == .administrative {
            let command = Command(found.path, arguments, environment: .exactly(environment), directory: directory)
            return Outcome(result: try await command.runAttached(input: input), exchanges: nil)
        }
        let added = try await codex?.addedOptions(program: found, environment: environment) ?? []
        return try await recorder.withClient(options: options, environment: environment) { client in
            if let budget { try await client.limit(runID, to: budget) }
            let variables = environment.merging(client.environment(runID: runID).variables) { _, new in new }
            let command = Command(
                found.path,
                added + arguments,
                environment: .exactly(variables),
                directory: directory
            )
            return try await client.watch(note: note) {
                let result = try await command.runAttached(input: input)
                // Watched too: a recorder that is killed closes its connections, and so ends the program, a moment
                // before it is gone.
                let exchanges = try await client.settle(session: runID)
                return Outcome(result: result, exchanges: exchanges, report: await client.report(of: runID))
            }
        }
    }

    private func locate() throws -> URL {
        let name = agent == .codex && program == "codex" ? environment["ONESHOT_CODEX"] ?? program : program
        guard let found = ProgramSearch(environment: environment).find(name) else {
            throw ProcessError.notFound(program: name)
        }
        return found
    }
}

extension CodexInvocation {
    /// ``addedOptions(help:configuration:)`` for the installed Codex and the user's configuration.
    func addedOptions(program: URL, environment: [String: String]) async throws -> [String] {
        let home = environment["CODEX_HOME"] ?? HomeDirectory.url(in: environment).path + "/.codex"
        let configuration = try? String(contentsOfFile: home + "/config.toml", encoding: .utf8)
        var help = ""
        if kind == .interactive {
            let command = Command(
                program.path,
                ["--help"],
                environment: .exactly(environment),
                timeout: .seconds(20)
            )
            help = try await command.run().text
        }
        return addedOptions(help: help, configuration: configuration ?? "")
    }
}
