public import Foundation
import NIOCore
import OneShotCore
public import OneShotRedaction
import OneShotWire

/// Looks through image layers and directories for what an agent must not see. The time that it takes grows with the
/// bytes that it reads, and not with the number of things that it looks for.
public struct LeakSearch {
    private let index: LeakIndex
    private let redactor: Redactor
    public private(set) var layers = 0
    public private(set) var files = 0
    public private(set) var bytes = 0
    public private(set) var findings: [LeakFinding] = []

    /// More findings of one kind say no more.
    static let mostOfAKind = 20

    public init(_ index: LeakIndex, redactor: Redactor) {
        self.index = index
        self.redactor = redactor
    }

    /// A layer as a tar archive, plain or compressed with gzip or zstd.
    ///
    /// - Parameter isBase: whether it belongs to the image that the task's was made from. It is older than the task and
    ///   public: only whole files are looked for there.
    /// - Throws: `FileError` for what cannot be read or is no archive.
    public mutating func layer(_ file: URL, name: String, isBase: Bool) throws {
        layers += 1
        guard let handle = try? FileHandle(forReadingFrom: file) else {
            throw FileError.unreadable(path: file.path, reason: "no such file, or no permission")
        }
        defer { try? handle.close() }
        var reader = TarReader()
        var current: FileSearch?
        var decoder: ContentDecoder?
        var isFirst = true
        func damaged(_ problem: String) -> FileError {
            FileError.malformed(path: file.path, place: "layer \(name)", problem: problem)
        }
        while let chunk = try? handle.read(upToCount: 1 << 20), !chunk.isEmpty {
            if isFirst {
                isFirst = false
                if chunk.starts(with: [0x1F, 0x8B]) { decoder = try? ContentDecoder(coding: "gzip") }
                if chunk.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { decoder = try? ContentDecoder(coding: "zstd") }
            }
            var plain = chunk
            if let decoder {
                do {
                    plain = Data(try decoder.feed(ByteBuffer(bytes: chunk)).readableBytesView)
                } catch {
                    throw damaged("its compression is damaged")
                }
            }
            do {
                try plain.withUnsafeBytes { raw in
                    try reader.feed(raw) { take($0, &current, layer: name, isBase: isBase) }
                }
            } catch let error as TarError {
                throw damaged("no tar archive at byte \(error.offset)")
            }
        }
    }

    private mutating func take(
        _ event: TarReader.Event,
        _ current: inout FileSearch?,
        layer: String,
        isBase: Bool
    ) {
        switch event {
        case .entry(let entry):
            if !isBase { link(entry.link, place: "layer \(layer): \(entry.path)") }
            guard entry.isFile else { return }
            files += 1
            bytes += entry.size
            current = FileSearch(
                index: index,
                place: "layer \(layer): \(entry.path)",
                path: entry.path,
                size: entry.size,
                scope: .init(texts: !isBase, hostPaths: !isBase, secrets: !isBase && !Self.isInstalled(entry.path)),
                redactor: redactor
            )
        case .content(let piece): current?.feed(piece)
        case .end:
            if var search = current { add(search.finish()) }
            current = nil
        }
    }

    /// Files of a directory on this machine that a sandbox shows.
    ///
    /// - Parameters:
    ///   - name: what stands before paths in findings.
    ///   - ignoring: names of files and directories that are left out.
    public mutating func directory(_ directory: URL, name: String, ignoring: Set<String> = [], secrets: Bool) throws {
        for path in try Digest.files(below: directory, ignoring: ignoring) {
            let url = directory.appendingPathComponent(path)
            if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: url.path) {
                link(target, place: "\(name): \(path)")
                continue
            }
            guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else { continue }
            files += 1
            bytes += data.count
            var search = FileSearch(
                index: index,
                place: "\(name): \(path)",
                path: path,
                size: data.count,
                scope: .init(hostPaths: true, secrets: secrets),
                redactor: redactor
            )
            data.withUnsafeBytes { search.feed($0) }
            add(search.finish())
        }
    }

    /// Adds what was found by other means.
    public mutating func add(_ found: [LeakFinding]) {
        for finding in found where findings.count(where: { $0.kind == finding.kind }) < Self.mostOfAKind {
            findings.append(finding)
        }
    }

    private mutating func link(_ target: String, place: String) {
        let bytes = Data(target.utf8)
        for path in index.hostPaths where bytes.range(of: path) != nil {
            add([LeakFinding(kind: .hostPath, place: place, detail: String(decoding: path, as: UTF8.self))])
        }
    }

    /// What package managers put there: it is public, and full of examples of keys.
    static func isInstalled(_ path: String) -> Bool {
        var path = path[...]
        while path.hasPrefix("./") || path.hasPrefix("/") { path = path.dropFirst(path.hasPrefix("/") ? 1 : 2) }
        let places = ["usr/", "lib/", "lib64/", "var/lib/", "var/cache/", "etc/ssl/", "bin/", "sbin/"]
        let parts = [
            "/site-packages/", "/dist-packages/", "/node_modules/", "/.cargo/registry/", "/.rustup/", "/go/pkg/mod/",
            "/.m2/", "/.gradle/", "/gems/", "/.npm/", "/.cache/",
        ]
        return places.contains { path.hasPrefix($0) } || parts.contains { ("/" + path).contains($0) }
    }
}
