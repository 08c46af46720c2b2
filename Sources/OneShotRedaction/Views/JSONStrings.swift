/// Reads one event of a stream for the strings that are pieces of a longer text.
///
/// It goes through the JSON without building anything, and takes what is no JSON as far as it is some.
struct JSONStrings {
    private let bytes: [UInt8]
    /// The event's lines; a string is never on two of them.
    private let parts: [Range<Int>]
    private var part = 0
    private var index: Int

    /// A container that is open.
    private struct Level {
        let isObject: Bool
        var key = ""
        var position = 0
        /// What tells this object from others of its kind.
        var identity: [String] = []
        var leaves: [(field: String, range: Range<Int>)] = []

        mutating func add(digit: UInt8) {
            let digit = Character(Unicode.Scalar(digit))
            if let last = identity.last, last.hasPrefix(key + "=") {
                identity[identity.count - 1].append(digit)
            } else {
                identity.append("\(key)=\(digit)")
            }
        }
    }

    private static let deepest = 64

    init(_ bytes: [UInt8], parts: [Range<Int>]) {
        self.bytes = bytes
        self.parts = parts
        index = parts.first?.lowerBound ?? 0
    }

    /// Each piece with the name of the field that it belongs to: the way to it, and the ids and indices on that way.
    mutating func pieces() -> [(field: String, range: Range<Int>)] {
        var levels: [Level] = []
        var done: [(field: String, range: Range<Int>)] = []
        var isKey = false
        func close() {
            guard let level = levels.popLast() else { return }
            let identity = level.identity.sorted().joined(separator: ",")
            let leaves = level.leaves.map { (field: "{\(identity)}\($0.field)", range: $0.range) }
            guard let outer = levels.indices.last else {
                done += leaves
                return
            }
            // An element that says its index may stand anywhere in its list.
            let isIndexed = level.identity.contains { $0.hasPrefix("index=") }
            let step = levels[outer].isObject ? levels[outer].key : isIndexed ? "#" : "\(levels[outer].position)"
            levels[outer].leaves += leaves.map { (field: "\(step)/\($0.field)", range: $0.range) }
        }
        while let byte = nextByte() {
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard levels.count < Self.deepest else { return done }
                levels.append(Level(isObject: byte == UInt8(ascii: "{")))
                isKey = byte == UInt8(ascii: "{")
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                close()
                isKey = false
            case UInt8(ascii: ","):
                guard let last = levels.indices.last else { continue }
                levels[last].position += 1
                isKey = levels[last].isObject
            case UInt8(ascii: ":"): isKey = false
            case UInt8(ascii: "\""):
                let range = string()
                guard let last = levels.indices.last else { continue }
                if isKey {
                    levels[last].key = String(decoding: bytes[range], as: UTF8.self)
                } else {
                    Self.take(range, bytes, into: &levels[last], isText: Self.carriesText(levels))
                }
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard let last = levels.indices.last, levels[last].isObject,
                    Self.identities.contains(levels[last].key)
                else { continue }
                levels[last].add(digit: byte)
            default: break
            }
        }
        while !levels.isEmpty { close() }
        return done
    }

    private static let identities: Set<String> = [
        "type", "item_id", "output_index", "content_index", "summary_index", "index", "stream_id", "response_id",
    ]
    private static let textKeys: Set<String> = [
        "delta", "text", "partial_json", "thinking", "arguments", "reasoning_content", "reasoning", "content",
        "refusal", "input", "transcript", "code",
    ]

    private static func take(_ range: Range<Int>, _ bytes: [UInt8], into level: inout Level, isText: Bool) {
        if level.isObject, identities.contains(level.key) {
            level.identity.append("\(level.key)=\(String(decoding: bytes[range].prefix(128), as: UTF8.self))")
        } else if isText {
            level.leaves.append((field: level.isObject ? level.key : "\(level.position)", range: range))
        }
    }

    private static func carriesText(_ levels: [Level]) -> Bool {
        guard let key = levels.last(where: \.isObject)?.key else { return false }
        return textKeys.contains(key)
    }

    private mutating func nextByte() -> UInt8? {
        while part < parts.count {
            if index < parts[part].upperBound {
                index += 1
                return bytes[index - 1]
            }
            part += 1
            if part < parts.count { index = parts[part].lowerBound }
        }
        return nil
    }

    /// The content of the string whose quote has just been read.
    private mutating func string() -> Range<Int> {
        let start = index
        let end = parts[part].upperBound
        while index < end, bytes[index] != UInt8(ascii: "\"") { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
        let range = start..<min(index, end)
        index = min(index + 1, end)
        return range
    }
}
