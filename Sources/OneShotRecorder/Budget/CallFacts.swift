import NIOCore
import OneShotCore
import OneShotWire

/// What a request says about the call of a model that it is, as far as a budget has to know.
struct CallFacts: Sendable, Equatable {
    var model: String?
    /// The most tokens that the answer may have, where the request says so.
    var maximumOutput: Int?
    /// About how many tokens the request itself is.
    var estimatedInput = 0
    /// It goes on from an earlier answer, whose whole conversation is input as well.
    var isContinuation = false

    init(model: String? = nil, maximumOutput: Int? = nil, estimatedInput: Int = 0, isContinuation: Bool = false) {
        self.model = model
        self.maximumOutput = maximumOutput
        self.estimatedInput = estimatedInput
        self.isContinuation = isContinuation
    }

    /// A request of the Responses API, Chat Completions, Anthropic's Messages or Gemini.
    ///
    /// - Parameter path: names the model where the body does not.
    init(body: ByteBuffer, path: String = "") {
        let scan = JSONScan(body, wanted: Self.keys)
        let members = scan.members
        model = members["model"]?.string ?? Self.model(inPath: path)
        let stated =
            members["max_output_tokens"]?.count ?? members["max_completion_tokens"]?.count ?? members["max_tokens"]?
            .count
            ?? members["generationConfig"]?["maxOutputTokens"]?.count
        let choices = max(1, members["n"]?.count ?? members["generationConfig"]?["candidateCount"]?.count ?? 1)
        maximumOutput = stated.map { $0 * min(choices, 1 << 10) }
        estimatedInput = scan.estimatedTokens
        isContinuation = members["previous_response_id"]?.string != nil
    }

    private static let keys: Set<String> = [
        "model", "max_output_tokens", "max_completion_tokens", "max_tokens", "generationConfig", "n",
        "previous_response_id",
    ]

    /// Gemini: `/v1beta/models/gemini-2.5-pro:generateContent`.
    private static func model(inPath path: String) -> String? {
        let last = path.prefix { $0 != "?" }.split(separator: "/").last
        guard let last, let colon = last.firstIndex(of: ":") else { return nil }
        return String(last[..<colon])
    }
}

/// One pass over a JSON text: the members of the outermost object that are asked for, and about how many tokens the
/// whole is. What is nested is passed over and not built, so that a long history costs next to nothing.
struct JSONScan {
    private(set) var members: [String: JSON] = [:]
    private(set) var estimatedTokens = 0

    /// Bytes of text for each token, for the estimate.
    private static let bytesPerToken = 4
    /// A string this long without a blank is no text but an encoded image or document, …
    private static let blobLength = 4096
    /// … and is counted as an image.
    private static let blobTokens = 1600

    init(_ text: ByteBuffer, wanted: Set<String>) {
        self = text.withUnsafeReadableBytes { JSONScan($0, wanted: wanted) }
    }

    private init(_ bytes: UnsafeRawBufferPointer, wanted: Set<String>) {
        var cursor = Cursor(bytes: bytes)
        if cursor.next(is: UInt8(ascii: "{")) {
            while cursor.skipSeparators(), cursor.current == UInt8(ascii: "\""), let key = cursor.string() {
                guard cursor.next(is: UInt8(ascii: ":")) else { break }
                cursor.skipBlanks()
                let start = cursor.index
                cursor.skipValue()
                let name = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[key]), as: UTF8.self)
                guard wanted.contains(name) else { continue }
                members[name] = try? JSON(parsing: Array(bytes[start..<cursor.index]))
            }
        }
        let text = max(0, bytes.count - cursor.blobBytes)
        estimatedTokens = (text + Self.bytesPerToken - 1) / Self.bytesPerToken + cursor.blobs * Self.blobTokens
    }

    private struct Cursor {
        let bytes: UnsafeRawBufferPointer
        var index = 0
        var blobs = 0
        var blobBytes = 0

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        var current: UInt8? { index < bytes.count ? bytes[index] : nil }

        mutating func skipBlanks() {
            while let byte = current, byte == 0x20 || (0x09...0x0D).contains(byte) { index += 1 }
        }

        /// - Returns: false at the end of the text.
        mutating func skipSeparators() -> Bool {
            skipBlanks()
            while current == UInt8(ascii: ",") {
                index += 1
                skipBlanks()
            }
            return current != nil
        }

        mutating func next(is byte: UInt8) -> Bool {
            skipBlanks()
            guard current == byte else { return false }
            index += 1
            return true
        }

        /// Passes over a string.
        ///
        /// - Returns: what stands between its quotation marks; nil when it does not end.
        mutating func string() -> Range<Int>? {
            index += 1
            let start = index
            var hasBlank = false
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "\""):
                    let content = start..<index
                    index += 1
                    if !hasBlank, content.count >= JSONScan.blobLength {
                        blobs += 1
                        blobBytes += content.count
                    }
                    return content
                case UInt8(ascii: "\\"): index += 2
                case 0x20:
                    hasBlank = true
                    index += 1
                default: index += 1
                }
            }
            index = bytes.count
            return nil
        }

        mutating func skipValue() {
            var depth = 0
            while let byte = current {
                switch byte {
                case UInt8(ascii: "\""):
                    if string() == nil { return }
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    depth += 1
                    index += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    if depth == 0 { return }
                    depth -= 1
                    index += 1
                case UInt8(ascii: ","):
                    if depth == 0 { return }
                    index += 1
                default: index += 1
                }
                if depth == 0, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                    return
                }
            }
        }
    }
}
