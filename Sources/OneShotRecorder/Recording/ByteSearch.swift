import Foundation
import NIOCore

/// Looks for a text in bytes: each byte is looked at once, where `String.contains` decodes characters.
enum ByteSearch {
    static func contains(_ needle: [UInt8], in haystack: UnsafeRawBufferPointer) -> Bool {
        firstIndex(of: needle, in: haystack) != nil
    }

    static func firstIndex(of needle: [UInt8], in haystack: UnsafeRawBufferPointer) -> Int? {
        guard let base = haystack.baseAddress, !needle.isEmpty, haystack.count >= needle.count else { return nil }
        // Capitals and digits are rarer in texts than what most of them begin with.
        let anchor = needle.firstIndex { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) } ?? 0
        let last = haystack.count - needle.count
        var from = 0
        while from <= last, let hit = memchr(base + from + anchor, Int32(needle[anchor]), last - from + 1) {
            from = UnsafeRawPointer(hit) - base - anchor
            if memcmp(base + from, needle, needle.count) == 0 { return from }
            from += 1
        }
        return nil
    }
}

extension ByteBuffer {
    func containsBytes(_ text: String) -> Bool {
        withUnsafeReadableBytes { ByteSearch.contains(Array(text.utf8), in: $0) }
    }
}

extension String {
    func containsBytes(_ text: String) -> Bool {
        var copy = self
        return copy.withUTF8 { ByteSearch.contains(Array(text.utf8), in: UnsafeRawBufferPointer($0)) }
    }
}
