import Foundation

/// One process, told apart from a later one with the same number.
public struct ProcessIdentity: Sendable, Hashable, Codable {
    public let pid: Int32
    /// When the system started it, in a form that only this machine understands.
    public let start: String

    /// - Returns: nil when no such process runs.
    public init?(pid: Int32) {
        guard let start = Self.start(of: pid) else { return nil }
        self.pid = pid
        self.start = start
    }

    public static var current: ProcessIdentity? { ProcessIdentity(pid: getpid()) }

    /// Whether the process still runs. One that has ended but was not reaped yet does not run.
    public var isRunning: Bool {
        // A child of ours stays as a zombie until somebody asks for its status.
        var status: Int32 = 0
        waitpid(pid, &status, WNOHANG)
        return Self.start(of: pid) == start
    }

    /// Sends a signal if the process still runs.
    ///
    /// - Returns: whether it was sent.
    @discardableResult
    public func signal(_ number: Int32) -> Bool {
        isRunning && kill(pid, number) == 0
    }
}

#if os(Linux)
    extension ProcessIdentity {
        /// The boot's id and the process's start in clock ticks since then (`proc(5)`, field 22 of `stat`).
        private static func start(of pid: Int32) -> String? {
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
                let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8),
                // The second field is the program's name in parentheses, and may hold anything.
                let nameEnd = stat.lastIndex(of: ")")
            else { return nil }
            let fields = stat[nameEnd...].split(separator: " ")
            guard fields.count > 20, fields[1] != "Z", fields[1] != "X" else { return nil }
            return "\(boot.prefix(8)):\(fields[20])"
        }
    }
#else
    extension ProcessIdentity {
        private static func start(of pid: Int32) -> String? {
            var info = proc_bsdinfo()
            let size = Int32(MemoryLayout<proc_bsdinfo>.size)
            guard proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &info, size) == size, info.pbi_status != UInt32(SZOMB)
            else { return nil }
            return "\(info.pbi_start_tvsec).\(info.pbi_start_tvusec)"
        }
    }
#endif
