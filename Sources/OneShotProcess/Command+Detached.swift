public import Foundation

extension Command {
    /// Starts the program in a session of its own and leaves it running: it outlives us, and no terminal reaches it.
    ///
    /// Its standard input is empty; its output is appended to `log`. ``input`` and ``timeout`` do not apply.
    ///
    /// - Returns: the process, or nil when it has already ended.
    /// - Throws: ``ProcessError/notStarted(program:reason:)``.
    public func startDetached(log: URL) throws -> ProcessIdentity? {
        var attributes = SpawnAttributes.unset
        var actions = SpawnFileActions.unset
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        // Whatever we ignore or block, the program starts with the usual answers to signals.
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | SpawnFlags.ownSession
        )
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        SpawnFlags.closeOtherDescriptors(&actions)

        var pid: pid_t = 0
        let words = detachedWords
        let failure = withCStrings(words) { argumentPointers in
            withCStrings(environment.variables.map { "\($0.key)=\($0.value)" }) { variablePointers in
                posix_spawnp(&pid, words[0], &actions, &attributes, argumentPointers, variablePointers)
            }
        }
        guard failure == 0 else {
            throw ProcessError.notStarted(program: executable, reason: String(cString: strerror(failure)))
        }
        return ProcessIdentity(pid: pid)
    }
}

extension Command {
    /// A spawned process starts in our directory (changing that is no part of POSIX): a shell goes to the other one
    /// and becomes the program.
    private var detachedWords: [String] {
        guard let directory else { return [executable] + arguments }
        return ["/bin/sh", "-c", "cd -- \"$1\" && shift && exec \"$@\"", "sh", directory.path, executable] + arguments
    }
}

extension Command.Environment {
    /// The variables as the program will see them.
    public var variables: [String: String] {
        switch self {
        case .exactly(let variables): variables
        case .inherited(let changes):
            ProcessInfo.processInfo.environment.merging(changes.compactMapValues { $0 }) { _, new in new }
                .filter { changes[$0.key] != .some(nil) }
        }
    }
}

private func withCStrings<Result>(
    _ strings: [String],
    _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let pointers = strings.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    return body(pointers + [nil])
}

#if os(Linux)
    private enum SpawnAttributes { static var unset: posix_spawnattr_t { posix_spawnattr_t() } }
    private enum SpawnFileActions { static var unset: posix_spawn_file_actions_t { posix_spawn_file_actions_t() } }
    private enum SpawnFlags {
        /// `POSIX_SPAWN_SETSID` (`spawn.h` of glibc 2.26), which the importer does not see without `_GNU_SOURCE`.
        static let ownSession: Int16 = 0x80

        static func closeOtherDescriptors(_ actions: inout posix_spawn_file_actions_t) {
            // Closing one that is gone by then is no error (glibc's posix_spawn, spawni.c).
            let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
            for descriptor in open.compactMap({ Int32($0) }) where descriptor > STDERR_FILENO {
                posix_spawn_file_actions_addclose(&actions, descriptor)
            }
        }
    }
#else
    private enum SpawnAttributes { static var unset: posix_spawnattr_t? { nil } }
    private enum SpawnFileActions { static var unset: posix_spawn_file_actions_t? { nil } }
    private enum SpawnFlags {
        static let ownSession = Int16(POSIX_SPAWN_SETSID) | Int16(POSIX_SPAWN_CLOEXEC_DEFAULT)

        static func closeOtherDescriptors(_ actions: inout posix_spawn_file_actions_t?) {}
    }
#endif
