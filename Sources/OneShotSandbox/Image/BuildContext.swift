import Crypto
import Foundation
import OneShotCore

/// The files that an image is built from: a Dockerfile and, if it copies files, the `repo.bundle` and the directory
/// `environment` beside it. One that copies nothing gives the same image for every repository.
struct BuildContext: Sendable {
    let dockerfile: URL
    let text: String
    /// Besides the Dockerfile, by their paths in the context, in order.
    let files: [(path: String, url: URL)]

    /// - Throws: ``FileError/unreadable(path:reason:)``.
    init(dockerfile: URL) throws {
        self.dockerfile = dockerfile
        text = String(decoding: try Self.read(dockerfile), as: UTF8.self)
        let takesFiles = text.textLines.contains { line in
            let word = line.split(separator: " ").first?.uppercased()
            return word == "COPY" || word == "ADD" || (word != "#" && line.contains("--mount="))
        }
        let directory = dockerfile.deletingLastPathComponent()
        guard takesFiles else {
            files = []
            return
        }
        // A task whose overrides are applied has links to its own.
        let environment = directory.appendingPathComponent("environment").resolvingSymlinksInPath()
        let manifests = try Digest.files(below: environment).filter { path in
            let kind = try? FileManager.default.attributesOfItem(atPath: environment.appendingPathComponent(path).path)[
                .type
            ]
            return kind as? FileAttributeType == .typeRegular
        }
        let bundle = directory.appendingPathComponent("repo.bundle")
        files =
            manifests.map { (path: "environment/\($0)", url: environment.appendingPathComponent($0)) }
            + (FileManager.default.fileExists(atPath: bundle.path) ? [(path: "repo.bundle", url: bundle)] : [])
    }

    /// - Throws: ``SandboxError/brokenDockerfile(path:line:problem:)``.
    func check() throws {
        guard let mistake = DockerfileSyntax.mistake(in: try Self.read(dockerfile)) else { return }
        throw SandboxError.brokenDockerfile(path: dockerfile.path, line: mistake.line, problem: mistake.problem)
    }

    /// SHA-256 over the files' names, sizes and bytes.
    func digest() throws -> String {
        var hash = SHA256()
        for (path, url) in [(path: "Dockerfile", url: dockerfile)] + files {
            let data = try Self.read(url)
            hash.update(data: Data("\(path) \(data.count)\n".utf8))
            hash.update(data: data)
        }
        return Self.hex(hash.finalize())
    }

    /// Puts the files, and nothing else, into `directory`, all of one age, so that builders see that they are the same.
    func write(to directory: URL) throws {
        try AtomicFile.write(Self.read(dockerfile), to: directory.appendingPathComponent("Dockerfile"))
        for (path, url) in files {
            let target = directory.appendingPathComponent(path)
            try AtomicFile.makeDirectory(target.deletingLastPathComponent())
            try AtomicFile.write(Self.read(url), to: target)
        }
        for path in FileManager.default.enumerator(atPath: directory.path)?.compactMap({ $0 as? String }) ?? [] {
            try? FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 946_684_800)],
                ofItemAtPath: directory.appendingPathComponent(path).path
            )
        }
    }

    /// The image that the first `FROM` names, with the default of its `ARG`.
    var base: String? {
        var arguments: [String: String] = [:]
        for line in text.textLines {
            let words = line.split(separator: " ").map(String.init)
            switch words.first?.uppercased() {
            case "ARG":
                let parts = words.dropFirst().first?.split(separator: "=", maxSplits: 1).map(String.init) ?? []
                if parts.count == 2 { arguments["${\(parts[0])}"] = parts[1] }
            case "FROM":
                let name = words.dropFirst().first { !$0.hasPrefix("--") }
                return name.map { arguments[$0] ?? $0 }
            default: break
            }
        }
        return nil
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
