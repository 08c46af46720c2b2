import Foundation
import OneShotCore

/// The processes that belong to a ``LeasedDirectory``: what runs in its sandbox or in a step of its build, since that
/// has something of the directory mounted; and the programs of ours that were told its path or work in it.
enum LeasedProcesses {
    private static let clients: Set = ["podman", "docker", "container"]
    private static let programs = clients.union([
        "conmon", "bwrap", "unshare", "setpriv", "buildah-oci-run",
        // What lays out and removes a trial's files, and goes on when its oneshot is killed.
        "git", "cp", "rm", "find", "chown", "du",
    ])

    /// None where the system has no `/proc`.
    ///
    /// - Parameter clients: whether the programs that were told its path belong to them.
    static func find(of directory: LeasedDirectory, clients: Bool = true) -> [pid_t] {
        let isMountedHere = KernelFile.text(of: "/proc/self/mountinfo")?.contains(directory.name) ?? true
        return all.filter { id in
            if !isMountedHere, text(id, "mountinfo").contains(directory.name) { return true }
            return clients && isProgram(id, of: programs, told: directory)
        }
    }

    /// The engine's clients that start or build something for the directory.
    static func clients(of directory: LeasedDirectory) -> [pid_t] {
        all.filter { isProgram($0, of: clients, told: directory) }
    }

    /// Whether it has heard of the directory, or of a container that is named after it.
    private static func isProgram(_ id: pid_t, of programs: Set<String>, told directory: LeasedDirectory) -> Bool {
        guard programs.contains(text(id, "comm").trimmingCharacters(in: .whitespacesAndNewlines)) else { return false }
        let words = text(id, "cmdline")
        let place = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd")) ?? ""
        return [place, words].contains { $0.contains(directory.name) } || words.contains("oneshot-\(directory.id)-")
    }

    private static var all: [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { $0 != getpid() }
    }

    /// Returns when none is left that could write.
    static func wait(of directory: LeasedDirectory) async {
        for _ in 0..<1000 {
            if find(of: directory).isEmpty { return }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Kills until none is left.
    static func end(of directory: LeasedDirectory) async {
        for _ in 0..<1000 {
            let processes = find(of: directory)
            if processes.isEmpty { return }
            for process in processes { kill(process, SIGKILL) }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private static func text(_ id: pid_t, _ file: String) -> String { KernelFile.text(of: "/proc/\(id)/\(file)") ?? "" }
}
