import Foundation

/// Texts that are secret because somebody said so, or because a rule has found them before.
struct ExactValues: Sendable {
    static let rule = "known-secret"
    /// A shorter text would be found in innocent places.
    static let minimumLength = 6

    /// By their first two bytes.
    private var values: [UInt16: [[UInt8]]] = [:]
    private var starts = [Bool](repeating: false, count: 1 << 16)

    init(_ values: some Sequence<String> = []) {
        for value in values {
            insert(value)
            for form in Self.encodings(of: value) where form != value { insert(form) }
        }
    }

    mutating func insert(_ value: String) {
        let bytes = Array(value.utf8)
        guard bytes.count >= Self.minimumLength else { return }
        let start = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        guard values[start]?.contains(bytes) != true else { return }
        values[start, default: []].append(bytes)
        values[start]?.sort { $0.count > $1.count }
        starts[Int(start)] = true
    }

    /// The end of the longest value that stands at `index`.
    func match(at index: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard index + 1 < bytes.count else { return nil }
        let start = UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
        guard starts[Int(start)], let candidates = values[start] else { return nil }
        let text = ScannedText(bytes: bytes)
        return candidates.first { text.hasPrefix($0, at: index) }.map { index + $0.count }
    }

    /// The forms that a value takes in JSON, in a URL and in base64.
    private static func encodings(of value: String) -> [String] {
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        let percent = value.addingPercentEncoding(
            withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))
        )
        return [escaped, percent ?? value, Data(value.utf8).base64EncodedString()]
    }
}
