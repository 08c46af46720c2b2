import OneShotCore
public import OneShotRedaction
public import OneShotSessions

/// The exchanges of a session as an HTTP Archive (HAR 1.2). Every text in it has been through a redactor: no entry can be
/// made of anything else.
public struct HARExport: Sendable {
    /// What ends the names of such files.
    public static let suffix = "har"

    private let redactor: Redactor
    private let version: String

    /// - Parameters:
    ///   - redactor: one of its own for each archive, so that the numbers of its placeholders begin anew.
    ///   - version: of the program that writes.
    public init(redactor: Redactor, version: String) {
        self.redactor = redactor
        self.version = version
    }

    /// Writes the exchanges one by one: never more than a few of them are in memory.
    ///
    /// - Parameter write: gets the text, piece by piece.
    /// - Returns: how many entries there are, and what was replaced in them.
    /// - Throws: ``SessionError``, ``StoreError``, and what `write` throws.
    @discardableResult
    public func write(
        _ id: String,
        from archive: SessionArchive,
        isolation: isolated (any Actor)? = #isolation,
        to write: (String) throws -> Void
    ) async throws -> (entries: Int, manifest: RedactionManifest) {
        // What a rule recognises only in a later turn is replaced from the first exchange on.
        if let session = try? await archive.session(id) { _ = redactor.redact(session) }
        var tally = RedactionTally(of: redactor)
        var count = 0
        let creator: JSON = ["name": "oneshot", "version": version.json]
        try write(#"{"log":{"version":"1.2","creator":\#(creator.compactText),"entries":["#)
        let session = try await archive.forEachExchange(of: id) { exchange in
            let redacted = RedactedExchange(exchange, by: redactor)
            for text in redacted.texts { tally.add(text) }
            try write((count == 0 ? "\n" : ",\n") + HAREntry(redacted).json.compactText)
            count += 1
        }
        try write("\n],\"comment\":\(JSON.string("session \(session)").compactText)}}\n")
        return (count, tally.manifest)
    }
}
