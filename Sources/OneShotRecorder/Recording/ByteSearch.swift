import Foundation
import NIOCore

/// Looks for a text in bytes: each byte is looked at once, where `String.contains` decodes characters.
enum ByteSearch {
    static func contains(_ needle: [UInt8], in haystack: UnsafeRawBufferPointer) -> Bool {
        guard let base = haystack.baseAddress, !needle.isEmpty else { return false }
        var from = 0
        while haystack.count - from >= needle.count,
            let hit = memchr(base + from, Int32(needle[0]), haystack.count - from - needle.count + 1)
        {
            if memcmp(hit, needle, needle.count) == 0 { return true }
            from = UnsafeRawPointer(hit) - base + 1
        }
        return false
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
