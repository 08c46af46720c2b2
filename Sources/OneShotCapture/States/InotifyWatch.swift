#if os(Linux)
    import Foundation
    import Glibc

    /// A watch of inotify(7): one watch for each directory, none through symbolic links.
    final class InotifyWatch: TreeWatch {
        private let descriptor: Int32
        private let passedOver: Set<String>
        /// The directories by their watches, as they were at first.
        private let first: [Int32: String]

        /// More directories than these cost the kernel more memory than a watch is worth.
        private static let mostDirectories = 20_000

        /// - Returns: nil when the system has no watches left, or when the tree has too many directories.
        init?(_ top: URL, passingOver passedOver: [String]) {
            let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            guard descriptor >= 0 else { return nil }
            let passedOver = Set(passedOver.map { top.path + "/" + $0 })
            guard let first = Self.watch(from: top.path, known: [:], passingOver: passedOver, with: descriptor) else {
                close(descriptor)
                return nil
            }
            self.descriptor = descriptor
            self.passedOver = passedOver
            self.first = first
        }

        deinit { close(descriptor) }

        func changes() -> AsyncStream<Void> {
            AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
                let task = Task {
                    var directories = first
                    // The kernel keeps what happens meanwhile, and says so when it could not.
                    while (try? await Task.sleep(for: .milliseconds(200))) != nil {
                        if read(into: &directories) { continuation.yield() }
                    }
                    continuation.finish()
                }
                continuation.onTermination = { _ in task.cancel() }
            }
        }

        private static let events = UInt32(
            IN_CREATE | IN_DELETE | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB
        )

        /// Watches a directory and all below it that are not watched yet.
        ///
        /// - Returns: `known` with the new ones; nil when there are too many.
        private static func watch(
            from path: String,
            known: [Int32: String],
            passingOver passedOver: Set<String>,
            with descriptor: Int32
        ) -> [Int32: String]? {
            var watches = known
            var waiting = [path]
            while let directory = waiting.popLast() {
                guard !passedOver.contains(directory) else { continue }
                let flags = events | UInt32(IN_ONLYDIR) | UInt32(IN_DONT_FOLLOW) | UInt32(IN_EXCL_UNLINK)
                let watch = inotify_add_watch(descriptor, directory, flags)
                guard watch >= 0 else {
                    // Gone again, or not ours to read.
                    if [ENOENT, ENOTDIR, EACCES, ELOOP].contains(errno) { continue }
                    return nil
                }
                watches[watch] = directory
                guard watches.count <= mostDirectories else { return nil }
                waiting += directories(in: directory)
            }
            return watches
        }

        private static func directories(in path: String) -> [String] {
            guard let stream = opendir(path) else { return [] }
            defer { closedir(stream) }
            var found: [String] = []
            while let entry = readdir(stream) {
                let kind = Int(entry.pointee.d_type)
                guard kind == Int(DT_DIR) || kind == Int(DT_UNKNOWN) else { continue }
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if ![".", "..", ".git"].contains(name) { found.append(path + "/" + name) }
            }
            return found
        }

        /// - Returns: whether anything has changed that counts.
        private func read(into directories: inout [Int32: String]) -> Bool {
            var isChange = false
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 8)
            defer { buffer.deallocate() }
            while true {
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                guard count > 0 else { return isChange }
                var position = 0
                while position + MemoryLayout<inotify_event>.size <= count {
                    let event = buffer.loadUnaligned(fromByteOffset: position, as: inotify_event.self)
                    let text = position + MemoryLayout<inotify_event>.size
                    let name = buffer[text..<min(text + Int(event.len), count)].prefix { $0 != 0 }
                    position = text + Int(event.len)
                    isChange = take(event, name: String(decoding: name, as: UTF8.self), &directories) || isChange
                }
            }
        }

        private func take(_ event: inotify_event, name: String, _ directories: inout [Int32: String]) -> Bool {
            if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { return true }
            if event.mask & UInt32(IN_IGNORED) != 0 {
                directories[event.wd] = nil
                return false
            }
            guard let parent = directories[event.wd], name != ".git" else { return false }
            let path = parent + "/" + name
            guard !passedOver.contains(path) else { return false }
            let isNew = event.mask & UInt32(IN_CREATE | IN_MOVED_TO) != 0
            if event.mask & UInt32(IN_ISDIR) != 0, isNew,
                let more = Self.watch(
                    from: path,
                    known: directories,
                    passingOver: passedOver,
                    with: descriptor
                )
            {
                directories = more
            }
            return true
        }
    }
#endif
