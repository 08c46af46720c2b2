import Foundation
import OneShotCore

/// What of the host's system a local sandbox sees, read-only.
struct HostSystem: Sendable, Equatable {
    enum TopLevel: Sendable, Equatable {
        /// As on systems that keep everything in `/usr`: `/bin` → `usr/bin`.
        case link(path: String, target: String)
        case directory(path: String)
    }

    var topLevel: [TopLevel]
    /// Existing paths in `/etc` that programs need to start and that say nothing about the machine.
    var readableInEtc: [String]
    var python: String

    init() {
        let files = FileManager.default
        topLevel = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].compactMap { path in
            if let target = try? files.destinationOfSymbolicLink(atPath: path) {
                return .link(path: path, target: target)
            }
            return files.fileExists(atPath: path) ? .directory(path: path) : nil
        }
        let wanted = ["alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "ssl/certs", "ssl/openssl.cnf"]
        let prefixes = ["python3", "java", "perl", "fonts", "debian_version"]
        let more = ((try? files.contentsOfDirectory(atPath: "/etc")) ?? []).filter { name in
            prefixes.contains { name.hasPrefix($0) }
        }
        readableInEtc = (wanted + more.sorted()).map { "/etc/\($0)" }.filter { files.fileExists(atPath: $0) }
        python =
            ["/usr/bin/python3", "/usr/local/bin/python3"].first { files.isExecutableFile(atPath: $0) }
            ?? "/usr/bin/python3"
    }

    /// The files of `/etc` that a sandbox gets from us in place of the host's.
    static let ownFiles = [
        "passwd": """
        root:x:0:0:root:/root:/usr/sbin/nologin
        agent:x:1000:1000:agent:/home/agent:/bin/sh
        nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin

        """,
        "group": "root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n",
        "hosts": "127.0.0.1 localhost sandbox\n::1 localhost\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        "resolv.conf": "",
    ]

    /// Writes ``ownFiles``.
    static func writeOwnFiles(to directory: URL) throws {
        for (name, text) in ownFiles {
            try AtomicFile.write(text, to: directory.appendingPathComponent(name), mode: 0o644)
        }
    }
}
