import NIOCore
import NIOHPACK
import OneShotWire

/// A request as it came over HTTP/2: its header block, checked, and the same as the head that everything else works
/// with.
struct HTTP2Request: Sendable {
    let head: HTTPHead
    /// In the order in which they came, pseudo-header fields included.
    let headers: HPACKHeaders
    let authority: String?
    /// The header block was not all of it.
    let hasBody: Bool

    init(_ headers: HPACKHeaders, endStream: Bool) throws(HTTP2MessageError) {
        var pseudo: [String: String] = [:]
        var fields: [HTTPField] = []
        fields.reserveCapacity(headers.count)
        for (name, value, _) in headers {
            if name.utf8.first == UInt8(ascii: ":") {
                let isKnown = [":method", ":scheme", ":authority", ":path"].contains(name)
                guard isKnown, fields.isEmpty, pseudo.updateValue(value, forKey: name) == nil else {
                    throw .malformedPseudoField(name)
                }
            } else {
                try HTTP2FieldRules.check(name: name, value: value)
                fields.append(HTTPField(name, value))
            }
        }
        guard let method = pseudo[":method"], HTTP2FieldRules.isMethod(method) else {
            throw .malformedPseudoField(":method")
        }
        guard method != "CONNECT" else { throw .unsupportedMethod(method) }
        guard let scheme = pseudo[":scheme"], ["https", "http"].contains(scheme) else {
            throw .malformedPseudoField(":scheme")
        }
        guard let path = pseudo[":path"], HTTP2FieldRules.isPath(path) else { throw .malformedPseudoField(":path") }
        try Self.checkLength(fields)
        head = HTTPHead(http2: .request(method: method, target: path), fields: fields)
        authority = try Self.authority(pseudo[":authority"], fields)
        self.headers = headers
        hasBody = !endStream
    }

    private static func authority(_ named: String?, _ fields: [HTTPField]) throws(HTTP2MessageError) -> String? {
        let hosts = fields.filter { $0.name == "host" }.map(\.value)
        guard hosts.count <= 1, named == nil || hosts.allSatisfy({ $0.lowercased() == named?.lowercased() }) else {
            throw .conflictingHosts
        }
        guard let authority = named ?? hosts.first else { return nil }
        guard HTTP2FieldRules.isAuthority(authority) else { throw .malformedPseudoField(":authority") }
        return authority
    }

    static func checkLength(_ fields: [HTTPField]) throws(HTTP2MessageError) {
        let lengths = fields.filter { $0.name == "content-length" }
        guard lengths.count <= 1, lengths.allSatisfy({ HTTP2FieldRules.isLength($0.value) }) else {
            throw .malformedContentLength
        }
    }
}

extension HTTP2Request {
    /// The header block as it goes on: as it came, but for fields to drop and fields to set.
    ///
    /// - Parameters:
    ///   - dropping: names in lower case.
    ///   - setting: replace fields of the same name in place, or are added; no table of the compression keeps them.
    func edited(dropping: Set<String>, setting: [HTTPField]) -> HPACKHeaders {
        let isUntouched = setting.isEmpty && !head.fields.contains { dropping.contains($0.name) }
        guard !isUntouched else { return headers }
        var missing = setting.map { HTTPField($0.name.lowercased(), $0.value) }
        let names = Set(missing.map(\.name))
        var output = HPACKHeaders()
        output.reserveCapacity(headers.count + missing.count)
        for (name, value, indexing) in headers where !dropping.contains(name) {
            if let index = missing.firstIndex(where: { $0.name == name }) {
                output.add(name: name, value: missing.remove(at: index).value, indexing: .neverIndexed)
            } else if !names.contains(name) {
                output.add(name: name, value: value, indexing: indexing)
            }
        }
        for field in missing { output.add(name: field.name, value: field.value, indexing: .neverIndexed) }
        return output
    }

    /// Whether HTTP/1.1 needs chunks for this body.
    var needsChunks: Bool { hasBody && head.first("content-length") == nil }

    /// The head as text, for an upstream that speaks HTTP/1.1.
    ///
    /// - Parameters:
    ///   - target: what to ask for.
    ///   - dropping: names in lower case.
    ///   - setting: replace fields of the same name, or are added.
    func http1(target: String, dropping: Set<String>, setting: [HTTPField]) -> ByteBuffer {
        let replaced = Set(setting.map { $0.name.lowercased() })
        var output = ByteBuffer()
        output.writeString("\(head.method) \(target) HTTP/1.1\r\n")
        if let authority, !replaced.contains("host") { output.writeString("host: \(authority)\r\n") }
        // Browsers send each cookie in a field of its own; HTTP/1.1 knows one field only (RFC 9113, section 8.2.3).
        let cookies = head.values("cookie")
        if !cookies.isEmpty, !dropping.contains("cookie") {
            output.writeString("cookie: \(cookies.joined(separator: "; "))\r\n")
        }
        let done: Set<String> = ["host", "cookie", "te"]
        for field in head.fields
        where !done.contains(field.name) && !dropping.contains(field.name) && !replaced.contains(field.name) {
            output.writeString("\(field.name): \(field.value)\r\n")
        }
        for field in setting { output.writeString("\(field.name): \(field.value)\r\n") }
        if needsChunks { output.writeString("transfer-encoding: chunked\r\n") }
        output.writeString("\r\n")
        return output
    }
}
