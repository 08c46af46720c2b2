extension HTTPHead {
    /// RFC 9112, section 3.
    static func requestLine(_ line: UnsafeRawBufferPointer) throws(HTTPFramingError) -> (StartLine, Int) {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(HTTPField.isTokenByte), !parts[1].isEmpty,
            parts[1].allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { throw .malformedStartLine }
        let version = try version(parts[2])
        return (.request(method: text(parts[0]), target: text(parts[1])), version)
    }

    /// RFC 9112, section 4.
    static func statusLine(_ line: UnsafeRawBufferPointer) throws(HTTPFramingError) -> (StartLine, Int) {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2 else { throw .malformedStartLine }
        let version = try version(parts[0])
        guard parts[1].count == 3, parts[1].allSatisfy({ (0x30...0x39).contains($0) }),
            let status = Int(text(parts[1])), status >= 100
        else { throw .malformedStartLine }
        return (.response(status: status, reason: parts.count == 3 ? text(parts[2]) : ""), version)
    }

    private static func version(_ bytes: Slice<UnsafeRawBufferPointer>) throws(HTTPFramingError) -> Int {
        if bytes.elementsEqual("HTTP/1.1".utf8) { return 1 }
        if bytes.elementsEqual("HTTP/1.0".utf8) { return 0 }
        guard bytes.starts(with: "HTTP/".utf8) else { throw .malformedStartLine }
        throw .unsupportedVersion
    }

    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

extension HTTPField {
    /// Reads a header or trailer line without its line end (RFC 9112, section 5).
    init(line: UnsafeRawBufferPointer) throws(HTTPFramingError) {
        if let first = line.first, Self.isBlank(first) { throw .obsoleteFolding }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .malformedField }
        let name = line[..<colon]
        if let last = name.last, Self.isBlank(last) { throw .blankBeforeColon }
        guard !name.isEmpty, name.allSatisfy(Self.isTokenByte) else { throw .malformedField }
        var value = line[(colon + 1)...]
        while let first = value.first, Self.isBlank(first) { value.removeFirst() }
        while let last = value.last, Self.isBlank(last) { value.removeLast() }
        self.init(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// RFC 9110, section 5.6.2: letters, digits and ``!#$%&'*+-.^_`|~``, as one bit for each byte below 128.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        let half: UInt64 = byte < 64 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
        return byte < 128 && half >> UInt64(byte & 63) & 1 == 1
    }

    /// Whether the field has this name, which is given in lower case. Only ASCII letters have two cases here.
    func isNamed(_ lowercased: String) -> Bool {
        name.utf8.count == lowercased.utf8.count
            && zip(name.utf8, lowercased.utf8).allSatisfy { byte, wanted in Self.lowercased(byte) == wanted }
    }

    /// Whether both have the same name, in whatever case.
    func hasName(of other: HTTPField) -> Bool {
        name.utf8.count == other.name.utf8.count
            && zip(name.utf8, other.name.utf8).allSatisfy { Self.lowercased($0) == Self.lowercased($1) }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
