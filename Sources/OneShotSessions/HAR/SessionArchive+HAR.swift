import OneShotCore
import OneShotStore

extension SessionArchive {
    /// Writes the exchanges of a session as an HTTP Archive (HAR 1.2), one by one: never more than a few of them are in
    /// memory.
    ///
    /// - Parameters:
    ///   - version: of the program that writes.
    ///   - write: gets the text, piece by piece.
    /// - Returns: how many entries there are.
    /// - Throws: ``SessionError``, ``StoreError``, and what `write` throws.
    @discardableResult
    public func writeHAR(
        of id: String,
        version: String,
        isolation: isolated (any Actor)? = #isolation,
        to write: (String) throws -> Void
    ) async throws -> Int {
        let store = try RawStore.openForReading(rawDatabase)
        let session = try await recordedID(id, in: store)
        let creator: JSON = ["name": "oneshot", "version": .string(version)]
        try write(#"{"log":{"version":"1.2","creator":\#(creator.compactText),"#)
        try write(#""comment":\#(JSON.string("session \(session)").compactText),"entries":["#)
        var count = 0
        var last: Int64 = 0
        while true {
            let page = try await store.exchanges(ofSession: session, after: last, limit: 4)
            for exchange in page {
                try write((count == 0 ? "\n" : ",\n") + HAREntry(exchange).json.compactText)
                count += 1
            }
            guard let end = page.last?.id else { break }
            last = end
        }
        try write("\n]}}\n")
        return count
    }
}
