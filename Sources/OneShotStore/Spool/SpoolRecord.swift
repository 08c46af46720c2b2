import Crypto
import Foundation
import OneShotCore

/// A change as the spool holds it: `length (4) | the first 8 bytes of the payload's SHA-256 | payload`, numbers in
/// little-endian order. The payload's fields follow each other in the order of ``ExchangeChange``.
enum SpoolRecord {
    static let headerLength = 12

    static func encode(_ change: ExchangeChange) -> Data {
        var writer = SpoolEncoder()
        writer.put(change)
        var record = SpoolEncoder()
        record.put(UInt32(writer.bytes.count))
        record.put(SegmentTable.digest(writer.bytes))
        return record.bytes + writer.bytes
    }

    static func length(ofHeader header: Data) -> Int? {
        guard header.count == headerLength else { return nil }
        var reader = SpoolDecoder(header)
        return (try? reader.uint32()).map(Int.init)
    }

    /// - Returns: nil when the payload is not what the header promises.
    static func decode(header: Data, payload: Data) -> ExchangeChange? {
        var reader = SpoolDecoder(Data(header.dropFirst(4)))
        guard let digest = try? reader.int(), digest == SegmentTable.digest(payload) else { return nil }
        var decoder = SpoolDecoder(payload)
        return try? decoder.change()
    }
}

private struct SpoolEncoder {
    var bytes = Data()

    mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ value: Data) {
        put(UInt32(value.count))
        bytes.append(value)
    }

    mutating func put(_ value: String) { put(Data(value.utf8)) }

    mutating func put(_ value: String?) {
        put(UInt8(value == nil ? 0 : 1))
        if let value { put(value) }
    }

    mutating func put(_ value: Int64?) {
        put(UInt8(value == nil ? 0 : 1))
        if let value { put(value) }
    }

    mutating func put(_ change: ExchangeChange) {
        let exchange = change.exchange
        put(change.token)
        put(exchange.id)
        put(exchange.startedAtMs)
        put(exchange.method)
        put(exchange.url)
        put(exchange.transport.rawValue)
        put(exchange.state.rawValue)
        put(exchange.cutBy)
        put(exchange.sessionID)
        put(exchange.agentSessionID)
        put(exchange.status.map(Int64.init))
        put(exchange.firstByteAtMs)
        put(exchange.endedAtMs)
        put(exchange.metaJSON)
        put(change.request)
        put(change.response)
        put(UInt32(change.secrets.count))
        for secret in change.secrets {
            put(secret.name)
            put(secret.digest)
            put(Int64(secret.length))
            put(secret.rolling)
        }
    }

    private mutating func put(_ body: BodyChange?) {
        guard let body else {
            put(UInt8(0))
            return
        }
        put(UInt8(1))
        put(UInt8(body.form.rawValue))
        put(UInt8(body.replaces ? 1 : 0))
        put(body.reencoded.map(Int64.init))
        put(Int64(body.size))
        put(body.tail)
        put(UInt32(body.segments.count))
        for segment in body.segments { put(segment) }
    }
}

private struct SpoolDecoder {
    private struct Malformed: Error {}

    private let bytes: Data
    private var position: Int

    init(_ bytes: Data) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    private mutating func take(_ count: Int) throws -> Data {
        guard count >= 0, bytes.endIndex - position >= count else { throw Malformed() }
        defer { position += count }
        return Data(bytes[position..<position + count])
    }

    private mutating func number<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        Value(littleEndian: try take(MemoryLayout<Value>.size).withUnsafeBytes { $0.loadUnaligned(as: Value.self) })
    }

    mutating func uint32() throws -> UInt32 { try number(UInt32.self) }
    mutating func int() throws -> Int64 { try number(Int64.self) }
    private mutating func flag() throws -> Bool { try number(UInt8.self) == 1 }
    private mutating func data() throws -> Data { try take(Int(try uint32())) }
    private mutating func string() throws -> String { String(decoding: try data(), as: UTF8.self) }
    private mutating func optionalString() throws -> String? { try flag() ? try string() : nil }
    private mutating func optionalInt() throws -> Int64? { try flag() ? try int() : nil }

    private mutating func name<Name: RawRepresentable>(_ type: Name.Type) throws -> Name where Name.RawValue == String {
        guard let name = Name(rawValue: try string()) else { throw Malformed() }
        return name
    }

    mutating func change() throws -> ExchangeChange {
        let token = try int()
        let id = try optionalInt()
        var exchange = Exchange(
            id: id,
            startedAtMs: try int(),
            method: try string(),
            url: try string(),
            transport: try name(Exchange.Transport.self),
            state: try name(Exchange.State.self),
            cutBy: try optionalString(),
            sessionID: try string(),
            agentSessionID: try optionalString(),
            status: try optionalInt().map(Int.init),
            firstByteAtMs: try optionalInt(),
            endedAtMs: try optionalInt()
        )
        exchange.metaJSON = try string()
        let request = try body()
        let response = try body()
        var secrets: [SecretFingerprint] = []
        for _ in 0..<(try uint32()) {
            secrets.append(
                SecretFingerprint(
                    name: try string(),
                    digest: try data(),
                    length: Int(try int()),
                    rolling: try int()
                )
            )
        }
        return ExchangeChange(token: token, exchange: exchange, request: request, response: response, secrets: secrets)
    }

    private mutating func body() throws -> BodyChange? {
        guard try flag() else { return nil }
        guard let form = BodyChange.Form(rawValue: Int(try number(UInt8.self))) else { throw Malformed() }
        let replaces = try flag()
        let reencoded = try optionalInt().map(Int.init)
        let size = Int(try int())
        let tail = try data()
        var segments: [Data] = []
        for _ in 0..<(try uint32()) { segments.append(try data()) }
        var change = BodyChange(form: form, segments: segments, tail: tail, size: size)
        change.replaces = replaces
        change.reencoded = reencoded
        return change
    }
}
