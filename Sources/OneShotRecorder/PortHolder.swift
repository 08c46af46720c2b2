import Foundation
import OneShotCore

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
            let text = KernelFile.text(of: table) ?? ""
            let digits = String(port, radix: 16, uppercase: true)
            let suffix = ":" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            return text.split(separator: "\n").dropFirst().compactMap { line in
                let columns = line.split(separator: " ")
                guard columns.count > 9, columns[1].hasSuffix(suffix), columns[3] == "0A" else { return nil }
                return String(columns[9])
            }
        }

        private static func owner(ofSocket inode: String) -> String? {
            for process in entries(of: "/proc") where Int(process) != nil {
                let directory = "/proc/\(process)/fd"
                let holds = entries(of: directory).contains { descriptor in
                    target(ofLink: "\(directory)/\(descriptor)") == "socket:[\(inode)]"
                }
                guard holds else { continue }
                let name = KernelFile.text(of: "/proc/\(process)/comm") ?? ""
                return "\(name.trimmingCharacters(in: .whitespacesAndNewlines)) (process \(process))"
            }
            return nil
        }

        /// Not with `FileManager`, which gives up when an entry goes away while it reads: processes do that.
        private static func entries(of directory: String) -> [String] {
            guard let stream = opendir(directory) else { return [] }
            defer { closedir(stream) }
            var names: [String] = []
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if !name.hasPrefix(".") { names.append(name) }
            }
            return names
        }

        private static func target(ofLink path: String) -> String? {
            var buffer = [CChar](repeating: 0, count: 256)
            // One less than there is room for, so that a zero always ends the text.
            guard readlink(path, &buffer, buffer.count - 1) > 0 else { return nil }
            return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
        }
    #endif
}
