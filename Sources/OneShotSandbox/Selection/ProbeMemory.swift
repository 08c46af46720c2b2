import Foundation
import OneShotCore

/// What a probe of a container engine has shown, kept until the engine or the machine's boot changes.
struct ProbeMemory {
    let dialect: ContainerDialect
    let version: String

    private struct Record: Codable, Equatable {
        var usesOurConfiguration: Bool
        var key: String
    }

    private var file: URL { CacheDirectory.url.appendingPathComponent("engine-\(dialect.rawValue).json") }

    /// The user and the server are part of it: each has engines of its own.
    private var key: String {
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        let variables = ProcessInfo.processInfo.environment
        let servers = ContainerClient.placeVariables.map { variables[$0] ?? "" }
        let runtimes = ["/usr/bin/crun", "/usr/sbin/runc", "/usr/bin/runc"].map { "\(inode(of: $0))" }
        let parts = [version, boot, "\(geteuid())", PodmanConfiguration().text] + servers + runtimes
        return BuildContext.digest(of: parts.joined(separator: "\n"))
    }

    /// Whether podman needs our configuration; nil when nothing is known.
    func recall() -> Bool? {
        guard let record = try? StrictJSON.read(Record.self, at: file), record.key == key else { return nil }
        return record.usesOurConfiguration
    }

    func remember(usesOurConfiguration: Bool) throws {
        try AtomicFile.makeDirectory(CacheDirectory.url)
        let record = Record(usesOurConfiguration: usesOurConfiguration, key: key)
        try AtomicFile.write(StrictJSON.encode(record), to: file)
    }

    private func inode(of path: String) -> UInt64 {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }
}
