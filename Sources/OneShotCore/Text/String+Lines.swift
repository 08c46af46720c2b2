extension StringProtocol {
    /// The lines of a text that somebody else wrote, without their ends, which are "\n" or "\r\n" (one `Character` in
    /// Swift, so that a split at "\n" passes over it). Empty lines count, also the one after the last end.
    public var textLines: [String] {
        utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
    }
}
