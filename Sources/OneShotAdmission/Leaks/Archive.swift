import Foundation
import NIOCore
import OneShotWire

/// Files inside of a file: gzip, and what is a zip archive under any name (wheels, jars, eggs).
enum Archive {
    struct Member: Equatable {
        var path: String
        var data: Data
    }

    private static let endings: Set<String> = [
        "gz", "tgz", "zst", "zip", "whl", "jar", "egg", "war", "aar", "nupkg", "gem", "crate", "apk",
    ]
    /// Of all members together, in bytes.
    private static let limit = 64 << 20

    static func isArchive(_ path: String) -> Bool {
        guard let dot = path.lastIndex(of: ".") else { return false }
        return endings.contains(path[path.index(after: dot)...].lowercased())
    }

    /// - Returns: nil for what is none of these. Members that cannot be read are left out.
    static func members(of data: Data) -> [Member]? {
        if data.starts(with: [0x1F, 0x8B]) { return inflated(data, coding: "gzip").map(unpacked) }
        if data.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return inflated(data, coding: "zstd").map(unpacked) }
        if data.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return zip(data) }
        return nil
    }

    private static func inflated(_ data: Data, coding: String) -> Data? {
        ContentCoding.decode(ByteBuffer(bytes: data), coding: coding, limit: limit).map { Data($0.readableBytesView) }
    }

    /// The members of a tar archive, or the data itself.
    private static func unpacked(_ data: Data) -> [Member] {
        var reader = TarReader()
        var members: [Member] = []
        let isTar: Bool = data.withUnsafeBytes { bytes in
            do {
                try reader.feed(bytes) { event in
                    switch event {
                    case .entry(let entry): members.append(Member(path: entry.path, data: Data()))
                    case .content(let piece): members[members.count - 1].data.append(contentsOf: piece)
                    case .end: break
                    }
                }
                return !members.isEmpty
            } catch {
                return false
            }
        }
        return isTar ? members : [Member(path: "(unpacked)", data: data)]
    }

    /// By the central directory (PKWARE's APPNOTE, 4.3.12), since a local header need not know its sizes.
    private static func zip(_ data: Data) -> [Member] {
        let bytes = [UInt8](data)
        func number(_ position: Int, _ count: Int) -> Int? {
            guard position >= 0, position + count <= bytes.count else { return nil }
            return (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[position + $1]) }
        }
        guard bytes.count >= 22,
            let end = stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 65_535), by: -1)
                .first(where: { number($0, 4) == 0x0605_4B50 }),
            let count = number(end + 10, 2), var position = number(end + 16, 4)
        else { return [] }
        var members: [Member] = []
        var total = 0
        for _ in 0..<count {
            guard number(position, 4) == 0x0201_4B50, let method = number(position + 10, 2),
                let packed = number(position + 20, 4), let size = number(position + 24, 4),
                let nameLength = number(position + 28, 2), let extra = number(position + 30, 2),
                let comment = number(position + 32, 2), let local = number(position + 42, 4),
                position + 46 + nameLength <= bytes.count
            else { break }
            let name = String(decoding: bytes[(position + 46)..<(position + 46 + nameLength)], as: UTF8.self)
            position += 46 + nameLength + extra + comment
            total += size
            guard total <= limit, let localName = number(local + 26, 2), let localExtra = number(local + 28, 2) else {
                break
            }
            let start = local + 30 + localName + localExtra
            guard start + packed <= bytes.count, packed > 0 else { continue }
            let content = ByteBuffer(bytes: bytes[start..<(start + packed)])
            switch method {
            case 0: members.append(Member(path: name, data: Data(content.readableBytesView)))
            case 8:
                // Zip's deflate has no header, which the decoder tells by itself.
                if let text = ContentCoding.decode(content, coding: "deflate", limit: limit) {
                    members.append(Member(path: name, data: Data(text.readableBytesView)))
                }
            default: break
            }
        }
        return members
    }
}
