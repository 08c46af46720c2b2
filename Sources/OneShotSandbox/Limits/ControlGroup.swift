import Foundation
import OneShotCore

/// The kernel's limits on all processes of a sandbox together, where this process may set them (root, usually).
///
/// Source: the kernel's Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
struct ControlGroup: Sendable, Equatable {
    /// One for each hierarchy; a process joins by writing its id to `cgroup.procs` in each.
    var directories: [URL]

    /// Makes a group with these limits.
    ///
    /// - Returns: nil where groups cannot be made or not with all three limits, which is no error: the engine then
    ///   falls back to limits per process.
    static func make(name: String, limits: SandboxSpecification.Limits) -> ControlGroup? {
        for hierarchies in hierarchies {
            let group = ControlGroup(directories: hierarchies.map { $0.directory.appendingPathComponent(name) })
            if zip(hierarchies, group.directories).allSatisfy({ $0.create($1, limits: limits) }) { return group }
            group.removeDirectories()
        }
        return nil
    }

    /// Where ``make(name:limits:)`` makes its directories, to be noted before it does.
    static func places(name: String) -> ControlGroup {
        ControlGroup(directories: hierarchies.joined().map { $0.directory.appendingPathComponent(name) })
    }

    /// The kinds of trees that there are, the better first.
    private static var hierarchies: [[ControlHierarchy]] {
        guard
            let cgroup = KernelFile.text(of: "/proc/self/cgroup"),
            let mounts = KernelFile.text(of: "/proc/self/mountinfo")
        else { return [] }
        return [ControlHierarchy.version1(cgroup: cgroup, mounts: mounts), ControlHierarchy.version2(mounts: mounts)]
            .filter { !$0.isEmpty }
    }

    /// The ids of the processes in it.
    var processes: [pid_t] {
        let lists = directories.map {
            (try? String(contentsOf: $0.appendingPathComponent("cgroup.procs"), encoding: .utf8)) ?? ""
        }
        return Set(lists.flatMap { $0.split(separator: "\n").compactMap { pid_t($0) } }).sorted()
    }

    /// Kills what is inside until nothing is: the way out for processes whose namespace is being taken down.
    func empty() async {
        for _ in 0..<1000 {
            let processes = processes
            if processes.isEmpty { return }
            for process in processes { kill(process, SIGKILL) }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Empties and removes it.
    func remove() async {
        await empty()
        for _ in 0..<100 {
            removeDirectories()
            if !directories.contains(where: { FileManager.default.fileExists(atPath: $0.path) }) { return }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }

    private func removeDirectories() {
        for directory in directories { rmdir(directory.path) }
    }
}
