/// Finds the objects in a JSON array that comes in pieces, without waiting for its end.
struct JSONElements: Sendable {
    private var element: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    /// - Parameter take: called with the text of each object that these bytes complete.
    mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, take: (UnsafeBufferPointer<UInt8>) -> Void) {
        var start = 0
        for (index, byte) in bytes.enumerated() {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"),
                UInt8(ascii: "[") where depth > 0:
                if depth == 0 { start = index }
                depth += 1
            case UInt8(ascii: "}") where depth > 0, UInt8(ascii: "]") where depth > 0:
                depth -= 1
                guard depth == 0 else { continue }
                element.append(contentsOf: bytes[start...index])
                element.withUnsafeBufferPointer(take)
                element.removeAll(keepingCapacity: true)
            default: break
            }
        }
        if depth > 0 { element.append(contentsOf: bytes[start...]) }
    }
}
