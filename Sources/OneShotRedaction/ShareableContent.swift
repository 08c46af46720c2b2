public import Foundation
public import OneShotCore

/// The content of a file that other people may get to see. There is no case for text that nobody has looked at, so
/// whoever writes a task, an export or an upload has to come by a ``Redactor`` first.
public enum ShareableContent: Sendable {
    case text(RedactedText)
    case session(RedactedSession)
    /// What has to stay as it is to the byte, such as a patch.
    case scanned(ScannedData)

    /// - Throws: an error of the encoder.
    public func data() throws -> Data {
        switch self {
        case .text(let text): Data(text.text.utf8)
        case .session(let session): try StrictJSON.encode(session)
        case .scanned(let scanned): scanned.data
        }
    }
}

/// Bytes that a ``Redactor`` has looked through and left as they are: with a placeholder in it a patch would be another
/// patch. Who shares them answers for the findings.
public struct ScannedData: Sendable {
    public let data: Data
    /// None for binary data, whose containers (git's packs, pictures) are looked into where they are made.
    public let findings: [SecretFinding]

    init(data: Data, findings: [SecretFinding]) {
        self.data = data
        self.findings = findings
    }
}

extension Redactor {
    public func scan(_ data: Data) -> ScannedData {
        // What git takes for binary.
        let isBinary = data.prefix(8000).contains(0)
        return ScannedData(
            data: data,
            findings: isBinary ? [] : findings(in: String(decoding: data, as: UTF8.self))
        )
    }
}

extension AtomicFile {
    /// - Throws: ``FileError/unwritable(path:reason:)``.
    public static func write(_ content: ShareableContent, to url: URL, mode: mode_t = 0o644) throws {
        try write(try content.data(), to: url, mode: mode)
    }
}
