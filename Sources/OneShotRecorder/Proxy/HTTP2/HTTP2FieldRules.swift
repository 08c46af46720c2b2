/// What fields of a message over HTTP/2 may hold (RFC 9113, sections 8.2 and 8.3). The library below checks most of this
/// too; whoever turns fields into lines of text must not depend on that.
enum HTTP2FieldRules {
    /// RFC 9113, section 8.2.2.
    static let connectionFields: Set<String> = [
        "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade",
    ]

    static func check(name: String, value: String) throws(HTTP2MessageError) {
        guard isName(name) else { throw .malformedName }
        guard isValue(value) else { throw .malformedValue(name) }
        guard !connectionFields.contains(name) else { throw .connectionField(name) }
        if name == "te", value != "trailers" { throw .connectionField(name) }
    }

    /// A token (RFC 9110, section 5.6.2) in lower case.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { isToken($0) && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }

    static func isMethod(_ method: String) -> Bool { !method.isEmpty && method.utf8.allSatisfy(isToken) }

    static func isValue(_ value: String) -> Bool { value.utf8.allSatisfy { $0 != 0 && $0 != 0x0A && $0 != 0x0D } }

    static func isPath(_ path: String) -> Bool {
        (path.utf8.first == UInt8(ascii: "/") || path == "*") && path.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    static func isAuthority(_ authority: String) -> Bool {
        !authority.isEmpty && authority.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#@\\\"<>,".utf8.contains($0) }
    }

    static func isLength(_ value: String) -> Bool {
        (1...18).contains(value.utf8.count) && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
