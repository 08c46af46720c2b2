import Foundation

/// A tree of control groups, and which limits it sets.
struct ControlHierarchy: Sendable, Equatable {
    enum Controller: String, Sendable, CaseIterable {
        case memory, pids, cpu
    }

    /// The group below which ours are made.
    var directory: URL
    var controllers: [Controller]
    var isVersion2: Bool

    /// The version 1 trees with our three controllers, each at this process's own group in it (so that limits of a
    /// surrounding container go on to hold); none when one of them is missing.
    ///
    /// - Parameters:
    ///   - cgroup: the text of `/proc/self/cgroup`.
    ///   - mounts: the text of `/proc/self/mountinfo`.
    static func version1(cgroup: String, mounts: String) -> [ControlHierarchy] {
        var own: [String: String] = [:]
        for line in cgroup.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            for name in parts[1].split(separator: ",") { own[String(name)] = String(parts[2]) }
        }
        var found: [URL: [Controller]] = [:]
        for mount in mountPoints(in: mounts) where mount.type == "cgroup" {
            for controller in Controller.allCases where mount.options.contains(controller.rawValue) {
                let path = own[controller.rawValue] ?? "/"
                let inside =
                    path.hasPrefix(mount.root) && mount.root != "/" ? String(path.dropFirst(mount.root.count)) : path
                let directory = URL(fileURLWithPath: mount.path).appendingPathComponent(inside).standardizedFileURL
                found[directory, default: []].append(controller)
            }
        }
        guard Set(found.values.joined()) == Set(Controller.allCases) else { return [] }
        return found.sorted { $0.key.path < $1.key.path }
            .map { ControlHierarchy(directory: $0.key, controllers: $0.value, isVersion2: false) }
    }

    /// The version 2 tree at its root: a group that holds processes, as our own does, may not have groups with limits
    /// below it.
    static func version2(mounts: String) -> [ControlHierarchy] {
        mountPoints(in: mounts).first { $0.type == "cgroup2" }
            .map {
                [
                    ControlHierarchy(
                        directory: URL(fileURLWithPath: $0.path),
                        controllers: Controller.allCases,
                        isVersion2: true
                    )
                ]
            } ?? []
    }

    /// Makes the group `group` and sets this tree's share of the limits.
    ///
    /// - Returns: whether all of them are set.
    func create(_ group: URL, limits: SandboxSpecification.Limits) -> Bool {
        if isVersion2 {
            let enabled = controllers.map { "+\($0.rawValue)" }.joined(separator: " ")
            guard Self.write(enabled, to: directory.appendingPathComponent("cgroup.subtree_control")) else {
                return false
            }
        }
        guard mkdir(group.path, 0o755) == 0 || errno == EEXIST else { return false }
        return controllers.allSatisfy { controller in
            settings(for: controller, limits: limits).allSatisfy { setting in
                Self.write(setting.value, to: group.appendingPathComponent(setting.file)) || setting.isOptional
            }
        }
    }

    private struct Setting {
        var file: String
        var value: String
        /// Absent where the kernel has no accounting of swap.
        var isOptional = false
    }

    private func settings(for controller: Controller, limits: SandboxSpecification.Limits) -> [Setting] {
        let memory = String(limits.memoryBytes)
        let quota = String(Int(limits.cpus * 100_000))
        switch (controller, isVersion2) {
        case (.memory, false):
            return [
                Setting(file: "memory.limit_in_bytes", value: memory),
                Setting(file: "memory.memsw.limit_in_bytes", value: memory, isOptional: true),
            ]
        case (.memory, true):
            return [
                Setting(file: "memory.max", value: memory),
                Setting(file: "memory.swap.max", value: "0", isOptional: true),
            ]
        case (.pids, _): return [Setting(file: "pids.max", value: String(limits.processes))]
        case (.cpu, false):
            return [
                Setting(file: "cpu.cfs_period_us", value: "100000"), Setting(file: "cpu.cfs_quota_us", value: quota),
            ]
        case (.cpu, true): return [Setting(file: "cpu.max", value: "\(quota) 100000")]
        }
    }

    /// Not an atomic write: the kernel's control files take the value in one plain write.
    private static func write(_ value: String, to file: URL) -> Bool {
        let descriptor = open(file.path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return Foundation.write(descriptor, value, value.utf8.count) == value.utf8.count
    }

    private struct MountPoint {
        var root: String
        var path: String
        var type: String
        var options: [String]
    }

    /// Format: proc_pid_mountinfo(5).
    private static func mountPoints(in text: String) -> [MountPoint] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ").map(String.init)
            guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 3, fields.count > 5 else { return nil }
            return MountPoint(
                root: fields[3],
                path: fields[4],
                type: fields[dash + 1],
                options: fields[dash + 3].split(separator: ",").map(String.init)
            )
        }
    }
}
