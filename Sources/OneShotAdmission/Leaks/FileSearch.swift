import Crypto
import Foundation
import OneShotCore
import OneShotRedaction

/// One file, searched as its bytes come.
struct FileSearch {
    /// What is looked for in a file besides the solution, the tests and the rubric.
    struct Scope: Sendable {
        /// Whether stretches of texts are looked for, and not whole files alone.
        var texts = true
        var hostPaths: Bool
        var secrets: Bool
    }

    private let index: LeakIndex
    private let place: String
    private let scope: Scope
    private let redactor: Redactor
    private var hash: SHA256?
    private var isText: Bool?
    private var rolling = RollingHash()
    /// The start of the file, for secrets and for what is packed in it.
    private var kept = Data()
    private var keptLimit = 0
    private var tail = Data()
    private var found: [LeakFinding] = []

    /// Secrets are looked for in texts up to this size, in bytes.
    static let longestText = 1 << 20
    /// Archives inside of files are opened up to this size.
    static let longestArchive = 16 << 20

    init(index: LeakIndex, place: String, path: String, size: Int, scope: Scope, redactor: Redactor) {
        self.index = index
        self.place = place
        self.scope = scope
        self.redactor = redactor
        if index.sizes.contains(size) { hash = SHA256() }
        if Archive.isArchive(path), size <= Self.longestArchive {
            keptLimit = Self.longestArchive
        } else if scope.secrets, size <= Self.longestText {
            keptLimit = Self.longestText
        }
    }

    mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        hash?.update(bufferPointer: bytes)
        let isText = isText ?? !bytes.prefix(8000).contains(0)
        self.isText = isText
        if isText, scope.texts, !index.windows.isEmpty {
            for byte in bytes {
                if let value = rolling.push(byte), let label = index.label(ofWindow: value) {
                    add(label.kind, "text of \(label.name)")
                }
            }
        }
        if scope.hostPaths { searchHostPaths(bytes) }
        if kept.count < keptLimit { kept.append(contentsOf: bytes.prefix(keptLimit - kept.count)) }
    }

    /// - Returns: what was found, one of each kind and name.
    mutating func finish() -> [LeakFinding] {
        if let digest = hash?.finalize(), let label = index.label(ofDigest: digest.hex) {
            add(label.kind, "the file \(label.name)")
        }
        if let members = Archive.members(of: kept) {
            let deeper = Scope(texts: scope.texts, hostPaths: scope.hostPaths, secrets: false)
            for member in members {
                var search = FileSearch(
                    index: index,
                    place: "\(place): \(member.path)",
                    path: "",
                    size: member.data.count,
                    scope: deeper,
                    redactor: redactor
                )
                member.data.withUnsafeBytes { search.feed($0) }
                found += search.finish()
            }
        } else if scope.secrets, isText == true, keptLimit == Self.longestText {
            for finding in redactor.findings(in: String(decoding: kept, as: UTF8.self)) {
                add(.secret, "line \(finding.line): \(finding.rule)")
            }
        }
        return found
    }

    private mutating func searchHostPaths(_ bytes: UnsafeRawBufferPointer) {
        guard let longest = index.hostPaths.map(\.count).max() else { return }
        let joined = tail + Data(bytes.prefix(longest))
        for path in index.hostPaths {
            if Self.contains(path, in: bytes) || joined.range(of: path) != nil {
                add(.hostPath, String(decoding: path, as: UTF8.self))
            }
        }
        tail = Data((tail + Data(bytes.suffix(longest))).suffix(longest - 1))
    }

    /// From one place of the first byte to the next.
    private static func contains(_ needle: Data, in bytes: UnsafeRawBufferPointer) -> Bool {
        needle.withUnsafeBytes { part in
            guard var start = bytes.baseAddress, let wanted = part.baseAddress, let first = part.first else {
                return false
            }
            let end = start + bytes.count
            while start < end, let hit = memchr(start, Int32(first), end - start) {
                if end - UnsafeRawPointer(hit) < part.count { return false }
                if memcmp(hit, wanted, part.count) == 0 { return true }
                start = UnsafeRawPointer(hit) + 1
            }
            return false
        }
    }

    private mutating func add(_ kind: LeakIndex.Kind, _ detail: String) {
        let finding = LeakFinding(kind: kind, place: place, detail: detail)
        if !found.contains(finding) { found.append(finding) }
    }
}

/// Something that an agent must not see, where it could see it.
public struct LeakFinding: Codable, Sendable, Equatable {
    public var kind: LeakIndex.Kind
    /// `layer 1a2b…: usr/share/x`, `workspace: README.md`.
    public var place: String
    public var detail: String

    public init(kind: LeakIndex.Kind, place: String, detail: String) {
        self.kind = kind
        self.place = place
        self.detail = detail
    }
}
