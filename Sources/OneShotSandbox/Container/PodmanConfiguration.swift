import Foundation
import OneShotCore

/// A `containers.conf` of ours, for machines where podman does not run a container as it is installed.
///
/// Two things come in its way where we are root without all of root's rights, as inside many virtual machines and
/// containers: podman asks for higher limits on open files and processes than it may set, and its default runtime
/// refuses a mixture of control group versions, which runc takes.
struct PodmanConfiguration: Equatable {
    var openFiles: UInt64
    var processes: UInt64
    /// The path of runc; nil to keep the runtime.
    var runc: String?

    init(openFiles: UInt64, processes: UInt64, runc: String?) {
        self.openFiles = openFiles
        self.processes = processes
        self.runc = runc
    }

    /// For this machine.
    init() {
        self.init(
            openFiles: min(Self.hardLimit(.openFiles), 1_048_576),
            processes: min(Self.hardLimit(.processes), 20_000),
            runc: ["/usr/sbin/runc", "/usr/bin/runc", "/usr/local/sbin/runc", "/usr/local/bin/runc"]
                .first { FileManager.default.isExecutableFile(atPath: $0) }
        )
    }

    /// Our file replaces the distribution's, so what that one restricts is restricted here too.
    var text: String {
        var lines = [
            "[containers]",
            #"default_capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "NET_BIND_SERVICE","#,
            #"    "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"]"#,
            #"default_sysctls = ["net.ipv4.ping_group_range=0 0"]"#,
            #"default_ulimits = ["nofile=\#(openFiles):\#(openFiles)", "nproc=\#(processes):\#(processes)"]"#,
            "[engine]",
            #"cgroup_manager = "cgroupfs""#,
            #"events_logger = "file""#,
        ]
        if let runc { lines += [#"runtime = "runc""#, "[engine.runtimes]", #"runc = ["\#(runc)"]"#] }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Writes the file if it differs from what is there.
    ///
    /// - Returns: the variables that make podman use it.
    func write() throws -> [String: String] {
        let file = CacheDirectory.url.appendingPathComponent("containers.conf")
        if (try? String(contentsOf: file, encoding: .utf8)) != text {
            try AtomicFile.makeDirectory(CacheDirectory.url)
            try AtomicFile.write(text, to: file)
        }
        return ["CONTAINERS_CONF": file.path]
    }

    private enum Resource { case openFiles, processes }

    private static func hardLimit(_ resource: Resource) -> UInt64 {
        var limit = rlimit()
        #if canImport(Glibc)
            let number = __rlimit_resource_t((resource == .openFiles ? RLIMIT_NOFILE : __RLIMIT_NPROC).rawValue)
        #else
            let number = resource == .openFiles ? RLIMIT_NOFILE : RLIMIT_NPROC
        #endif
        return getrlimit(number, &limit) == 0 ? UInt64(limit.rlim_max) : 4096
    }
}
