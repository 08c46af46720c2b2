import NIOCore
import OneShotCore
import Testing

@testable import OneShotRecorder

@Suite("Judging bytes piece by piece")
struct ValidatorTests {
    static let texts: [String] = [
        "{}", "[]", " [ ] ", "null", "true", "false", "0", "-0.5e+10", "1E5", "12", "\"\"", "\"a\\u00e9\\n\\\\\"",
        #"{"a":[1,2,{"b":null}],"c":"d"} "#, "[[[]]]", "",
        " ", "{", "}", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "{\"a\" 1}", "[1 2]", "nul", "nulll", "01", "1.", "-",
        "1e", "1e+", ".5", "+1", "\"", "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "[1]]", "[}", "{]", "data: x\n\n", "{} {}",
        "[1,2", "\"a\"b", ",", ":", "[,1]", "{,}", "tru e", "{\"a\":1 \"b\":2}", "1 2", "- 1", "[-]",
    ]

    @Test("a text is JSON where the parser says so, in whatever pieces it comes", arguments: texts)
    func json(text: String) {
        let isJSON = (try? JSON(parsing: text)) != nil
        for size in [1, 2, 1000] {
            var validator = JSONValidator()
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { validator.take($0) }
            }
            #expect(validator.isComplete == isJSON, "in pieces of \(size)")
        }
    }

    @Test("nesting is limited as it is for readers")
    func depth() {
        for depth in [512, 513] {
            let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            #expect(JSONValidator.isJSON(ByteBuffer(string: text)) == ((try? JSON(parsing: text)) != nil))
        }
    }

    @Test(
        "UTF-8 is what Swift takes for it, without NUL",
        arguments: [
            Array("plain text of more than eight bytes, é €  😀 end".utf8), [0xC3, 0x28], [0xC0, 0x80],
            [0xE0, 0x80, 0x80],
            [0xED, 0xA0, 0x80], [0xEF, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xC3], [0x80], [0xF0, 0x9F, 0x98], [],
            Array("12345678".utf8) + [0xC3, 0xA9] + Array("12345678".utf8), Array("1234567".utf8) + [0xFF],
        ] as [[UInt8]]
    )
    func utf8(bytes: [UInt8]) {
        let isText = String(validating: bytes, as: UTF8.self) != nil
        for size in [1, 3, 100] {
            var validator = TextValidator(isLenient: false)
            for start in stride(from: 0, to: bytes.count, by: size) {
                bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { _ = validator.take($0) }
            }
            #expect((validator.isText && validator.isBetweenCharacters) == isText, "in pieces of \(size)")
        }
    }

    @Test("NUL is no text, declared or not", arguments: [true, false])
    func nul(isLenient: Bool) {
        for offset in [0, 7, 8, 20] {
            var bytes = Array("twenty-one characters".utf8)
            bytes[offset] = 0
            var validator = TextValidator(isLenient: isLenient)
            #expect(!bytes.withUnsafeBytes { validator.take($0) })
        }
        var validator = TextValidator(isLenient: isLenient)
        #expect([0xFF as UInt8, 0x41].withUnsafeBytes { validator.take($0) } == isLenient)
    }
}

@Suite("Secrets in a stream")
struct SecretFilterTests {
    @Test("a value goes wherever the pieces end, and nothing else does", arguments: [1, 2, 3, 5, 1000])
    func replace(size: Int) {
        let text = "sk-sk-secret-1 x sk-secret-12 sk-secre sk-secret-1sk-secret-1 token TOKEN-TOKEN-T tail sk-secret-"
        var filter = SecretFilter(["sk-secret-1", "sk-secret-12", "TOKEN-T"])
        var output = ByteBuffer()
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            var piece = filter.take(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
            output.writeBuffer(&piece)
        }
        var rest = filter.finish()
        output.writeBuffer(&rest)
        #expect(
            String(buffer: output)
                == "sk-[REDACTED] x [REDACTED] sk-secre [REDACTED][REDACTED] token [REDACTED]OKEN-T tail sk-secret-"
        )
    }

    @Test("what cannot be the beginning of a value is not kept back")
    func noDelay() {
        var filter = SecretFilter(["sk-secret-1"])
        #expect(String(buffer: filter.take(ByteBuffer(string: "data: one\n\n"))) == "data: one\n\n")
        #expect(String(buffer: filter.take(ByteBuffer(string: "data: sk-"))) == "data: ")
        #expect(String(buffer: filter.take(ByteBuffer(string: "x"))) == "sk-x")
    }
}
