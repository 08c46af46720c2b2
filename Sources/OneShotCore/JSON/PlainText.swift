/// Finds the bytes that a JSON string cannot hold as they are, or that end it: `"`, `\` and control characters.
package enum PlainText {
    /// Eight bytes at a time: text is long, and seldom has one.
    ///
    /// - Returns: the offset of the first such byte at `start` or behind it; the count of `bytes` when there is none.
    @inlinable
    package static func end(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = UnsafeRawPointer(bytes.baseAddress) else { return start }
        var position = start
        while position &+ 8 <= bytes.count {
            let word = UInt64(littleEndian: (base + position).loadUnaligned(as: UInt64.self))
            let quotes = word ^ 0x2222_2222_2222_2222
            let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
            // A byte's high bit is set where it is zero, or less than a blank. A borrow can set bits above the first
            // such byte, never below it.
            let found =
                (((quotes &- 0x0101_0101_0101_0101) & ~quotes) | ((slashes &- 0x0101_0101_0101_0101) & ~slashes)
                    | ((word &- 0x2020_2020_2020_2020) & ~word)) & 0x8080_8080_8080_8080
            if found != 0 { return position &+ found.trailingZeroBitCount &>> 3 }
            position &+= 8
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { return position }
            position &+= 1
        }
        return position
    }
}
