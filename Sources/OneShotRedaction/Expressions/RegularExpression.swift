import CRE2

/// An expression in RE2's syntax, which matches in linear time whatever the text.
///
/// `@unchecked`: the pointer is set once and only read afterwards, and RE2 promises that any number of threads may
/// match with one compiled expression (re2.h: "RE2 objects are thread-safe").
final class RegularExpression: @unchecked Sendable {
    struct Invalid: Error {
        let reason: String
    }

    private let compiled: OpaquePointer
    /// How many groups capture.
    let groups: Int

    init(_ pattern: String) throws(Invalid) {
        var reason = [CChar](repeating: 0, count: 200)
        var pattern = pattern
        let compiled = pattern.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { bytes -> OpaquePointer? in
                // An empty pattern has no address; one byte of nothing stands in for it.
                withUnsafePointer(to: 0) { cre2_compile(bytes.baseAddress ?? $0, bytes.count, &reason, reason.count) }
            }
        }
        guard let compiled else {
            throw Invalid(
                reason: String(decoding: reason.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            )
        }
        self.compiled = compiled
        groups = Int(cre2_groups(compiled))
    }

    deinit { cre2_free(compiled) }

    /// The leftmost match within `range`, then the ranges of the groups: nil for one that took no part.
    func firstMatch(in text: UnsafeBufferPointer<UInt8>, range: Range<Int>) -> [Range<Int>?]? {
        guard let start = text.baseAddress else { return nil }
        let count = min(groups + 1, 32)
        return withUnsafeTemporaryAllocation(of: cre2_span.self, capacity: count) { spans in
            guard let first = spans.baseAddress,
                start.withMemoryRebound(
                    to: CChar.self,
                    capacity: text.count,
                    { cre2_match(compiled, $0, text.count, range.lowerBound, range.upperBound, first, CInt(count)) }
                )
            else { return nil }
            return spans.prefix(count).map { $0.start < 0 ? nil : $0.start..<$0.end }
        }
    }

    /// Whether it matches anywhere in the text.
    func matches(_ text: [UInt8]) -> Bool {
        text.withUnsafeBufferPointer { bytes in
            // An empty buffer may have no address.
            guard !bytes.isEmpty else { return [UInt8(0)].withUnsafeBufferPointer { matches($0, range: 0..<0) } }
            return matches(bytes, range: 0..<bytes.count)
        }
    }

    private func matches(_ text: UnsafeBufferPointer<UInt8>, range: Range<Int>) -> Bool {
        guard let start = text.baseAddress else { return false }
        var span = cre2_span()
        return start.withMemoryRebound(to: CChar.self, capacity: text.count) {
            cre2_match(compiled, $0, range.upperBound, range.lowerBound, range.upperBound, &span, 1)
        }
    }
}
