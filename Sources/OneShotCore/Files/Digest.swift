import Crypto
public import Foundation

/// SHA-256, as 64 lower-case hexadecimal digits.
public enum Digest {
    public static func sha256(_ data: Data) -> String { SHA256.hash(data: data).hex }

    /// - Throws: ``FileError/unreadable(path:reason:)``.
    public static func sha256(file url: URL) throws -> String {
        guard let handle = try? FileHandle(forReadingFrom: url) else {
            throw FileError.unreadable(path: url.path, reason: "no such file, or no permission")
        }
        defer { try? handle.close() }
        var hash = SHA256()
        do {
            while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty { hash.update(data: chunk) }
        } catch {
            throw FileError.unreadable(path: url.path, reason: "reading stopped: \(error.localizedDescription)")
        }
        return hash.finalize().hex
    }

    /// Of a directory: of the paths below it, in order, each with its kind, whether it is executable, and the digest
    /// of its content or the target of its link. The same for a directory that is missing as for an empty one.
    ///
    /// - Parameter ignoring: names of files and directories that do not count.
    public static func sha256(
        directory: URL,
        ignoring: Set<String> = ["__pycache__", ".DS_Store"]
    ) throws -> String {
        var hash = SHA256()
        for path in try files(below: directory, ignoring: ignoring) {
            let url = directory.appendingPathComponent(path)
            let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
            if attributes?[.type] as? FileAttributeType == .typeSymbolicLink {
                let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: url.path)) ?? ""
                hash.update(data: Data("link \(path)\0\(target)\0".utf8))
            } else {
                let kind = FileManager.default.isExecutableFile(atPath: url.path) ? "program" : "file"
                hash.update(data: Data("\(kind) \(path)\0\(try sha256(file: url))\0".utf8))
            }
        }
        return hash.finalize().hex
    }

    /// The paths of files and links below a directory, relative to it, in byte order. Links are not followed.
    public static func files(below directory: URL, ignoring: Set<String> = []) throws -> [String] {
        var found: [String] = []
        var pending = [""]
        while let folder = pending.popLast() {
            let url = folder.isEmpty ? directory : directory.appendingPathComponent(folder)
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: url.path) else {
                if folder.isEmpty, !FileManager.default.fileExists(atPath: url.path) { return [] }
                throw FileError.unreadable(path: url.path, reason: "no permission to list it")
            }
            for name in names where !ignoring.contains(name) {
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                let attributes = try? FileManager.default.attributesOfItem(
                    atPath: directory.appendingPathComponent(path).path
                )
                if attributes?[.type] as? FileAttributeType == .typeDirectory {
                    pending.append(path)
                } else {
                    found.append(path)
                }
            }
        }
        return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
