import Foundation
import OneShotCore

/// The processes that belong to a ``LeasedDirectory``: what runs in its sandbox or in a step of its build, since that
/// has something of the directory mounted; and the clients and builders that were told its path.
enum LeasedProcesses {
    private static let programs: Set = [
        "podman", "docker", "container", "bwrap", "unshare", "setpriv", "buildah-oci-run",
    ]

    /// None where the system has no `/proc`.
    ///
    /// - Parameter clients: whether the programs that were told its path belong to them.
    static func find(of directory: LeasedDirectory, clients: Bool = true) -> [pid_t] {
        let isMountedHere = KernelFile.text(of: "/proc/self/mountinfo")?.contains(directory.name) ?? true
        let ids = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
        return ids.filter { id in
            guard id != getpid() else { return false }
            if !isMountedHere, text(id, "mountinfo").contains(directory.name) { return true }
            guard clients else { return false }
            let program = text(id, "comm").trimmingCharacters(in: .whitespacesAndNewlines)
            return programs.contains(program) && text(id, "cmdline").contains(directory.name)
        }
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
