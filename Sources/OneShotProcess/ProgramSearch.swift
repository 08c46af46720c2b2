import Foundation
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

extension Executable {
    /// What a path names, or a name in `PATH`.
    ///
    /// The library starts a process for each directory of `PATH` to find out whether the program is there, which takes
    /// longer than most of git's commands. What is not found here is left to it, and to its error.
    static func program(_ name: String, in environment: Command.Environment) -> Executable {
        if name.contains("/") { return .path(FilePath(name)) }
        let directories = (environment.searchPath ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
        let found = directories.lazy.map { "\($0)/\(name)" }.first(where: isProgram)
        return found.map { .path(FilePath($0)) } ?? .name(name)
    }

    private static func isProgram(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}

extension Command.Environment {
    fileprivate var searchPath: String? {
        switch self {
        case .exactly(let variables): variables["PATH"]
        case .inherited(let changes):
            if let changed = changes["PATH"] { changed } else { ProcessInfo.processInfo.environment["PATH"] }
        }
    }
}
