import Foundation

/// What has to be known of an index file before git is asked: whether any entry is marked "assume unchanged".
///
/// Format: gitformat-index(5). What it does not understand (a split index, a version to come) counts as marked.
enum IndexFlags {
    static func mayAssumeUnchanged(_ index: Data, objectFormat: String) -> Bool {
        index.withUnsafeBytes { mayAssumeUnchanged($0, identifier: objectFormat == "sha256" ? 32 : 20) }
    }

    private static func mayAssumeUnchanged(_ bytes: UnsafeRawBufferPointer, identifier: Int) -> Bool {
        guard bytes.count >= 12 + identifier, bytes.starts(with: "DIRC".utf8) else { return true }
        let version = number(bytes, 4)
        let count = number(bytes, 8)
        guard (2...4).contains(version) else { return true }
        var position = 12
        for _ in 0..<count {
            // Ten numbers of 32 bits, the object's id, then the flags.
            let flags = position + 40 + identifier
            guard flags + 4 <= bytes.count else { return true }
            if bytes[flags] & 0x80 != 0 { return true }
            let isExtended = bytes[flags] & 0x40 != 0
            var end = flags + (isExtended ? 4 : 2)
            if version == 4 {
                // How much of the entry's predecessor its name begins with: a number of seven bits a byte.
                while end < bytes.count, bytes[end] & 0x80 != 0 { end += 1 }
                end += 1
            }
            while end < bytes.count, bytes[end] != 0 { end += 1 }
            // Versions 2 and 3 fill up each entry to a multiple of eight bytes, with one to eight zeros.
            position = version == 4 ? end + 1 : position + ((end - position) / 8 + 1) * 8
        }
        return holdsLink(bytes, from: position, identifier: identifier)
    }

    /// Whether one of the extensions says that entries lie in another file.
    private static func holdsLink(_ bytes: UnsafeRawBufferPointer, from start: Int, identifier: Int) -> Bool {
        var position = start
        while position + 8 <= bytes.count - identifier {
            if bytes[position..<position + 4].elementsEqual("link".utf8) { return true }
            position += 8 + number(bytes, position + 4)
        }
        return position != bytes.count - identifier
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Int {
        bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
