import Crypto
import Foundation
import GRDB

/// The tables `segments`, each piece of content once, and `runs`, which say in which order they make up bodies. Segments
/// that are new together have consecutive ids, so a body is a short list of ranges.
struct SegmentTable {
    enum Part: Int {
        case request = 0
        case response = 1
    }

    private struct Run {
        var position: Int
        var first: Int64
        var last: Int64
    }

    let database: Database

    func apply(_ change: BodyChange, to exchange: Int64, _ part: Part) throws {
        if change.replaces { try removeRuns(of: exchange, part) }
        if let length = change.reencoded { try reencode(length, of: exchange, part) }
        try append(change.segments, to: exchange, part)
    }

    private func append(_ segments: [Data], to exchange: Int64, _ part: Part) throws {
        guard !segments.isEmpty else { return }
        let row = try Row.fetchOne(
            try database.cachedStatement(
                sql: """
                    SELECT position, first, last FROM runs WHERE exchange_id = ? AND part = ?
                    ORDER BY position DESC LIMIT 1
                    """
            ),
            arguments: [exchange, part.rawValue]
        )
        var run = row.map { Run(position: $0["position"], first: $0["first"], last: $0["last"]) }
        let stored = run
        for segment in segments {
            let id = try store(segment)
            if var current = run {
                if current.last + 1 == id {
                    current.last = id
                    run = current
                    continue
                }
                if current.last != stored?.last || current.position != stored?.position {
                    try write(current, of: exchange, part)
                }
            }
            run = Run(position: (run?.position ?? -1) + 1, first: id, last: id)
        }
        if let run { try write(run, of: exchange, part) }
    }

    private func write(_ run: Run, of exchange: Int64, _ part: Part) throws {
        try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO runs (exchange_id, part, position, first, last) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [exchange, part.rawValue, run.position, run.first, run.last])
    }

    /// - Returns: the id of the segment with this content.
    private func store(_ bytes: Data) throws -> Int64 {
        let digest = Self.digest(bytes)
        // The digest only finds candidates; whether it is the same content is decided by the content.
        let find = try database.cachedStatement(sql: "SELECT id FROM segments WHERE digest = ? AND bytes = ?")
        if let id = try Int64.fetchOne(find, arguments: [digest, bytes]) { return id }
        try database.cachedStatement(sql: "INSERT INTO segments (digest, bytes) VALUES (?, ?)")
            .execute(arguments: [digest, bytes])
        return database.lastInsertedRowID
    }

    /// The first eight bytes of the SHA-256.
    static func digest(_ bytes: Data) -> Int64 {
        SHA256.hash(data: bytes).withUnsafeBytes { Int64(bigEndian: $0.loadUnaligned(as: Int64.self)) }
    }

    private func removeRuns(of exchange: Int64, _ part: Part) throws {
        try database.cachedStatement(sql: "DELETE FROM runs WHERE exchange_id = ? AND part = ?")
            .execute(arguments: [exchange, part.rawValue])
    }

    /// Stores the first bytes of a body once more, as base64, and forgets the others.
    private func reencode(_ length: Int, of exchange: Int64, _ part: Part) throws {
        let runs = try Row.fetchAll(
            database,
            sql: "SELECT first, last FROM runs WHERE exchange_id = ? AND part = ? ORDER BY position",
            arguments: [exchange, part.rawValue]
        ).map { (first: $0["first"] as Int64, last: $0["last"] as Int64) }
        try removeRuns(of: exchange, part)
        var base64 = Base64Stream()
        var cutter = SegmentCutter(inline: false)
        var left = length
        for run in runs {
            for id in run.first...run.last where left > 0 {
                let read = try database.cachedStatement(sql: "SELECT bytes FROM segments WHERE id = ?")
                let bytes = (try Data.fetchOne(read, arguments: [id]) ?? Data()).prefix(left)
                left -= bytes.count
                var segments: [Data] = []
                base64.append(Data(bytes)).withUnsafeBytes { cutter.append($0) { segments.append($0) } }
                try append(segments, to: exchange, part)
            }
        }
        var rest: [Data] = []
        cutter.finish { rest.append($0) }
        try append(rest, to: exchange, part)
    }
}
