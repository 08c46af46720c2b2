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
    /// It is no Dockerfile, whatever the engine; the line if it is one line's fault.
    case brokenDockerfile(path: String, line: Int?, problem: String)
    /// The local engine runs on this machine's programs, and these are not in `/usr`; `packages` are Debian's.
    case programsMissing(names: [String], packages: [String])
    case startFailed(engine: String, reason: String)
    /// The disk is full, or as good as; bytes.
    case noSpace(place: String, free: Int, needed: Int)
    /// `--image-quota` or ``ImageQuota/variable`` says nothing that is a size.
    case unreadableQuota(text: String)

    public var description: String {
        switch self {
        case .noEngine(let reasons):
            "nothing to run a sandbox in (\(reasons.joined(separator: "; "))); install podman, or bubblewrap for the local engine"
        case .unknownEngine(let name):
            "there is no engine '\(name)'; use \(EngineSelection.names.joined(separator: ", "))"
        case .engineUnavailable(let name, let reason, let remedy): "engine '\(name)': \(reason); \(remedy)"
        case .imageFailed(let step, let lines):
            "the image does not build: \(step): \(lines.joined(separator: " | ")); mend the task's Dockerfile"
        case .brokenDockerfile(let path, let line, let problem):
            "\(path): \(line.map { "line \($0): " } ?? "it ")\(problem); mend it, or prepare the task again"
        case .programsMissing(let names, let packages):
            "the local engine runs on this machine's own programs, and the task needs \(names.joined(separator: ", ")), "
                + "which \(names.count == 1 ? "is" : "are") not in /usr: "
                + (packages.count == names.count ? "apt-get install \(packages.joined(separator: " ")), or " : "")
                + "use --engine podman"
        case .noSpace(let place, let free, let needed):
            "the disk that \(place) is on has \(free >> 20) MB left, and \(needed >> 20) MB are needed; "
                + "free some, or run: oneshot clean --images"
        case .unreadableQuota(let text):
            "'\(text)' is no size for --image-quota or \(ImageQuota.variable); say it as 20GB or 500MB"
        case .startFailed(let engine, let reason): "engine '\(engine)' could not start the sandbox: \(reason)"
        }
    }
    public var exitCode: ExitCode {
        switch self {
        case .unknownEngine, .unreadableQuota: .usage
        default: .environment
        }
    }
}
