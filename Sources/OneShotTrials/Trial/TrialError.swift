public import OneShotCore

/// Why a trial could not be started, graded or found. None of these is ever turned into a score.
public enum TrialError: OneShotError, Equatable {
    case unknownRun(name: String, directory: String)
    case ambiguousRun(name: String, candidates: [String])
    case unusableName(String)
    case agentMissing(name: String, remedy: String)
    case commandMissing
    case keyMissing(variable: String, host: String)
    case modelMissing(agent: String)
    case providerUnknown(model: String, known: [String])
    case optionNotHeeded(option: String, agent: String)
    case variableRefused(name: String, problem: String)
    /// The agent wants to install from hosts that the task does not name.
    case installNotAllowed(agent: String, hosts: [String])
    case install(line: String, reason: String)
    /// The task's environment cannot run its program.
    case agentNotStarted(name: String, reason: String)
    case notReplayable(session: String, reason: String)
    /// What was recorded does not fit the files of the task.
    case replay(reason: String)
    /// The baseline, the patch or the copy could not be made.
    case workspace(reason: String)
    /// The solution did not go on the start commit.
    case solutionDoesNotApply(reason: String)
    case verifier(reason: String)
    case model(reason: String)
    case noDiff(run: String)
    case notScorable(run: String, reason: String)
    case notResumable(run: String, reason: String)
    /// Another process writes to the run.
    case busy(run: String)
    case unknownCriterion(run: String, criterion: String, known: [String])
    /// No session came with the run's task.
    case noReference(run: String)

    public var description: String {
        switch self {
        case .unknownRun(let name, let directory):
            "there is no run '\(name)' in \(directory); 'oneshot runs list' shows those that are"
        case .ambiguousRun(let name, let candidates):
            "'\(name)' could be \(candidates.prefix(4).joined(separator: ", ")); give more of the name"
        case .unusableName(let name): "'\(name)' cannot name a run"
        case .agentMissing(let name, let remedy): "the agent '\(name)' was not found; \(remedy)"
        case .commandMissing: "--agent command needs --command '…', the command line to run in the sandbox"
        case .keyMissing(let variable, let host):
            "\(variable) is not set, so there is no model to talk to; set it, or practise without one: "
                + "'oneshot model serve' and --upstream \(host)=http://127.0.0.1:PORT"
        case .modelMissing(let agent):
            "the agent '\(agent)' has no model of its own; name one, such as --model openai/gpt-5-mini or "
                + "anthropic/claude-sonnet-4-5"
        case .providerUnknown(let model, let known):
            "nothing is known of who serves '\(model)'; a model's name begins with one of "
                + known.map { "\($0)/" }.joined(separator: ", ")
        case .optionNotHeeded(let option, let agent):
            "the agent '\(agent)' has no use for \(option); leave it out"
        case .variableRefused(let name, let problem): "--agent-env: \(name) \(problem)"
        case .installNotAllowed(let agent, let hosts):
            "the agent '\(agent)' installs from \(hosts.joined(separator: ", ")), which the task does not allow; name "
                + "them in allow_install_hosts of its overrides.json, or put the agent into the task's image"
        case .agentNotStarted(let name, let reason):
            "the agent '\(name)' cannot be started in the task's environment: \(reason)"
        case .notReplayable(let session, let reason): "session \(session) cannot be replayed: \(reason)"
        case .replay(let reason): "the recorded session does not fit this task any more: \(reason)"
        case .install(let line, let reason):
            "the agent could not be installed: '\(line)': \(reason)"
        case .workspace(let reason): "the workspace could not be made: \(reason)"
        case .solutionDoesNotApply(let reason): "the solution does not apply to the start commit: \(reason)"
        case .verifier(let reason): "the tests could not be run: \(reason)"
        case .model(let reason): "the agent never had an answer from the model: \(reason)"
        case .noDiff(let run): "run \(run) has no artifacts/diff.patch to grade; run the agent again"
        case .notScorable(let run, let reason): "run \(run) cannot be graded: \(reason)"
        case .notResumable(let run, let reason): "run \(run) cannot be gone on with: \(reason)"
        case .unknownCriterion(let run, let criterion, let known):
            "run \(run) has no criterion '\(criterion)' for the judge; "
                + (known.isEmpty ? "it has none at all" : "these are: \(known.joined(separator: ", "))")
        case .noReference(let run):
            "the task of run \(run) came without a recorded session, or was graded before there were references; "
                + "'oneshot score' looks again"
        case .busy(let run): "another oneshot is working on run \(run); wait for it to end"
        }
    }

    public var exitCode: ExitCode {
        switch self {
        case .unknownRun, .ambiguousRun, .commandMissing, .unusableName, .unknownCriterion, .noReference,
            .optionNotHeeded, .variableRefused, .modelMissing, .providerUnknown:
            .usage
        default: .environment
        }
    }
}
