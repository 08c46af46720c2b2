import Foundation

/// Which program listens on a port, for the error message. Nothing is done to it.
enum PortHolder {
    /// - Returns: such as `python3 (process 4242)`, or nil where the system does not tell.
    static func describe(port: Int) -> String? {
        #if os(Linux)
            let sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { listeningInodes(table: $0, port: port) }
            return sockets.lazy.compactMap(owner).first
        #else
            return nil
        #endif
    }

    #if os(Linux)
        /// The inodes of the sockets that listen on the port (`man 5 proc`: state 0A).
        private static func listeningInodes(table: String, port: Int) -> [String] {
            guard let text = try? String(contentsOfFile: table, encoding: .utf8) else { return [] }
            let digits = String(port, radix: 16, uppercase: true)
            let suffix = ":" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            return text.split(separator: "\n").dropFirst().compactMap { line in
                let columns = line.split(separator: " ")
                guard columns.count > 9, columns[1].hasSuffix(suffix), columns[3] == "0A" else { return nil }
                return String(columns[9])
            }
        }

        private static func owner(ofSocket inode: String) -> String? {
            let files = FileManager.default
            let processes = ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).filter { Int($0) != nil }
            for process in processes {
                let directory = "/proc/\(process)/fd"
                let descriptors = (try? files.contentsOfDirectory(atPath: directory)) ?? []
                let holds = descriptors.contains { descriptor in
                    (try? files.destinationOfSymbolicLink(atPath: "\(directory)/\(descriptor)")) == "socket:[\(inode)]"
                }
                guard holds else { continue }
                let name = (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)) ?? ""
                return "\(name.trimmingCharacters(in: .whitespacesAndNewlines)) (process \(process))"
            }
            return nil
        }
    #endif
}
