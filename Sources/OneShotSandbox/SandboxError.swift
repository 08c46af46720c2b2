public import OneShotCore

/// Why a sandbox could not be had. None of these says anything about the agent.
public enum SandboxError: OneShotError, Equatable {
    /// Neither a container engine answers nor can this machine make namespaces; `reasons` has one line for each.
    case noEngine(reasons: [String])
    /// `--engine` names none of ours.
    case unknownEngine(name: String)
    case engineUnavailable(name: String, reason: String, remedy: String)
    /// The image did not build: the Dockerfile's step and the last lines that it printed.
    case imageFailed(step: String, lines: [String])
    /// The local engine runs on this machine's programs, and these are not in `/usr`; `packages` are Debian's.
    case programsMissing(names: [String], packages: [String])
    case startFailed(engine: String, reason: String)

    public var description: String {
        switch self {
        case .noEngine(let reasons):
            "nothing to run a sandbox in (\(reasons.joined(separator: "; "))); install podman, or bubblewrap for the local engine"
        case .unknownEngine(let name):
            "there is no engine '\(name)'; use \(EngineSelection.names.joined(separator: ", "))"
        case .engineUnavailable(let name, let reason, let remedy): "engine '\(name)': \(reason); \(remedy)"
        case .imageFailed(let step, let lines):
            "the image does not build: \(step): \(lines.joined(separator: " | ")); mend the task's Dockerfile"
        case .programsMissing(let names, let packages):
            "the local engine runs on this machine's own programs, and the task needs \(names.joined(separator: ", ")), "
                + "which \(names.count == 1 ? "is" : "are") not in /usr: "
                + (packages.count == names.count ? "apt-get install \(packages.joined(separator: " ")), or " : "")
                + "use --engine podman"
        case .startFailed(let engine, let reason): "engine '\(engine)' could not start the sandbox: \(reason)"
        }
    }
    public var exitCode: ExitCode {
        switch self {
        case .unknownEngine: .usage
        default: .environment
        }
    }
}
