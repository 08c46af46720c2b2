import NIOCore
import NIOHPACK
import OneShotWire

/// Heads and trailers of responses, between the two versions of HTTP.
enum HTTP2Response {
    /// Reads a header block of a response.
    static func head(_ headers: HPACKHeaders) throws(HTTP2MessageError) -> HTTPHead {
        var status: Int?
        var fields: [HTTPField] = []
        fields.reserveCapacity(headers.count)
        for (name, value, _) in headers {
            if name.utf8.first == UInt8(ascii: ":") {
                guard name == ":status", status == nil, fields.isEmpty, value.utf8.count == 3, let number = Int(value),
                    (100...999).contains(number), number != 101
                else { throw .malformedPseudoField(name) }
                status = number
            } else {
                try HTTP2FieldRules.check(name: name, value: value)
                fields.append(HTTPField(name, value))
            }
        }
        guard let status else { throw .malformedPseudoField(":status") }
        // An answer to HEAD has a length and no body, so only its form is checked here.
        try HTTP2Request.checkLength(fields)
        return HTTPHead(http2: .response(status: status, reason: ""), fields: fields)
    }

    /// Reads the fields after a body.
    static func trailers(_ headers: HPACKHeaders) throws(HTTP2MessageError) -> [HTTPField] {
        var fields: [HTTPField] = []
        for (name, value, _) in headers {
            guard name.utf8.first != UInt8(ascii: ":") else { throw .malformedPseudoField(name) }
            try HTTP2FieldRules.check(name: name, value: value)
            fields.append(HTTPField(name, value))
        }
        return fields
    }

    /// The header block for a head that came over HTTP/1.1: names in lower case, without what concerned the connection
    /// that it came on.
    static func headers(_ head: HTTPHead) -> HPACKHeaders {
        var headers = HPACKHeaders()
        headers.reserveCapacity(head.fields.count + 1)
        headers.add(name: ":status", value: String(head.status))
        add(head.fields, besides: Set(head.tokens("connection")), to: &headers)
        return headers
    }

    /// The same for the fields after a body.
    static func trailers(_ fields: [HTTPField]) -> HPACKHeaders {
        var headers = HPACKHeaders()
        add(fields, besides: [], to: &headers)
        return headers
    }

    private static func add(_ fields: [HTTPField], besides named: Set<String>, to headers: inout HPACKHeaders) {
        for field in fields {
            let name = field.name.lowercased()
            guard !HTTP2FieldRules.connectionFields.contains(name), !named.contains(name),
                HTTP2FieldRules.isValue(field.value)
            else { continue }
            headers.add(name: name, value: field.value)
        }
    }
}
