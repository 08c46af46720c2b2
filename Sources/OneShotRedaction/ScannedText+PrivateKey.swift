extension ScannedText {
    /// The end of a PEM private key whose `-----BEGIN` is at `index`: behind its END line, or where what looks like
    /// base64 ends when that line is missing (output that was cut).
    func privateKeyEnd(at index: Int) -> Int? {
        guard hasPrefix("-----BEGIN ", at: index) else { return nil }
        let label = runEnd(ByteSet("A-Z0-9 "), from: index + 11, limit: 64)
        guard hasPrefix("-----", at: label), endsInPrivateKey(index + 11..<label) else { return nil }
        let start = label + 5
        var material = 0
        var position = start
        // A key of 16,384 bits takes 13 KB; past that it is not one key.
        while position < bytes.count, position - start < 32_768 {
            let byte = bytes[position]
            if byte == UInt8(ascii: "-"), hasPrefix("-----END ", at: position) {
                guard material >= 48 else { return nil }
                let end = runEnd(ByteSet("A-Z0-9 "), from: position + 9, limit: 64)
                return hasPrefix("-----", at: end) ? end + 5 : end
            }
            // Another key begins, so this one was cut.
            if byte == UInt8(ascii: "-"), hasPrefix("-----BEGIN ", at: position) { break }
            if ByteSet.base64.contains(byte) {
                material += 1
            } else if !Self.betweenLines.contains(byte) {
                break
            }
            position += 1
        }
        return material >= 48 ? position : nil
    }

    /// Line ends, real or escaped, quotes of a string that was broken into lines, the headers of an encrypted key.
    private static let betweenLines = ByteSet("\n\r\t \\\"',:-")

    private func endsInPrivateKey(_ label: Range<Int>) -> Bool {
        hasPrefix("PRIVATE KEY", at: label.upperBound - 11) || hasPrefix("PRIVATE KEY BLOCK", at: label.upperBound - 17)
    }
}
