import Crypto
import Foundation
import OneShotCore

/// The files that an image is built from: a Dockerfile and, if it copies files, the `repo.bundle` beside it. One that
/// copies nothing gives the same image for every repository.
struct BuildContext: Sendable {
    let dockerfile: URL
    let text: String
    let bundle: URL?

    /// - Throws: ``FileError/unreadable(path:reason:)``.
    init(dockerfile: URL) throws {
        self.dockerfile = dockerfile
        text = String(decoding: try Self.read(dockerfile), as: UTF8.self)
        let bundle = dockerfile.deletingLastPathComponent().appendingPathComponent("repo.bundle")
        let takesFiles = text.split(separator: "\n").contains { line in
            let word = line.split(separator: " ").first?.uppercased()
            return word == "COPY" || word == "ADD" || (word != "#" && line.contains("--mount="))
        }
        self.bundle = takesFiles && FileManager.default.fileExists(atPath: bundle.path) ? bundle : nil
    }

    /// SHA-256 over the files' names, sizes and bytes.
    func digest() throws -> String {
        var hash = SHA256()
        for file in [dockerfile, bundle].compactMap({ $0 }) {
            let data = try Self.read(file)
            hash.update(data: Data("\(file == dockerfile ? "Dockerfile" : "repo.bundle") \(data.count)\n".utf8))
            hash.update(data: data)
        }
        return Self.hex(hash.finalize())
    }

    /// Puts the files, and nothing else, into `directory`.
    func write(to directory: URL) throws {
        try AtomicFile.write(Self.read(dockerfile), to: directory.appendingPathComponent("Dockerfile"))
        if let bundle {
            try AtomicFile.write(Self.read(bundle), to: directory.appendingPathComponent("repo.bundle"))
        }
    }

    static func digest(of text: String) -> String { hex(SHA256.hash(data: Data(text.utf8))) }

    private static func hex(_ digest: SHA256.Digest) -> String {
        digest.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    private static func read(_ file: URL) throws -> Data {
        do {
            return try Data(contentsOf: file, options: .alwaysMapped)
        } catch {
            throw FileError.unreadable(path: file.path, reason: "no such file, or no permission")
        }
    }
}
