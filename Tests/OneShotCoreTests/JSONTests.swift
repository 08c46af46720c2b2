import OneShotCore
import Testing

@Suite("JSON")
struct JSONTests {
    @Test(
        "what was read is written again, key order and digits included",
        arguments: [
            "{\"b\":1,\"a\":1.0,\"n\":12345678901234567890.5}", "[]", "{}", "[null,true,false,-0.5e+10]",
            "\"\\u0001\\n\\\"\\\\é😀\"", "{\"a\":{\"a\":[{\"a\":[]}]}}",
        ]
    )
    func roundTrip(text: String) throws {
        #expect(try JSON(parsing: text).compactText == text)
    }

    @Test("pretty text parses to the same value")
    func prettyText() throws {
        let value: JSON = ["list": [1, "two", nil], "empty": [:]]
        #expect(try JSON(parsing: value.prettyText) == value)
    }

    @Test(
        "escapes are decoded, a surrogate pair to one character and a lone one to the replacement character",
        arguments: [
            ("\"\\ud83d\\ude00\"", "😀"), ("\"\\ud83d\"", "\u{FFFD}"), ("\"\\ud83dx\"", "\u{FFFD}x"),
            ("\"\\ud83d\\n\"", "\u{FFFD}\n"), ("\"\\/\\b\\f\"", "/\u{8}\u{c}"), ("\"\\ud83d\\u0041\"", "\u{FFFD}A"),
        ]
    )
    func escapes(text: String, decoded: String) throws {
        #expect(try JSON(parsing: text) == .string(decoded))
    }

    @Test(
        "what RFC 8259 does not allow is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,}", "{a:1}", "01", "1.", "-", "+1", "\"\t\"", "\"\\x\"", "\"\\u12g4\"", "tru",
            "1 2", "[1 2]", "\"open", "{\"a\" 1}", "nan",
        ]
    )
    func malformed(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: text) }
    }

    @Test("an error names the line")
    func errorLine() {
        let error = #expect(throws: JSONSyntaxError.self) { try JSON(parsing: "{\n\"a\": 1,\n}") }
        #expect(error?.line == 3)
    }

    @Test("a string's special characters are found wherever they stand")
    func positions() throws {
        for special in ["\"", "\\", "\n", "\u{1}", "\u{1F}"] {
            for before in 0..<20 {
                for after in 0..<10 {
                    let text = String(repeating: "é", count: before / 2) + String(repeating: "x", count: before % 2)
                    let value = JSON.string(text + special + String(repeating: "\u{7F}", count: after))
                    #expect(try JSON(parsing: value.compactText) == value)
                    guard special < " " else { continue }
                    let bare = "\"" + text + special + String(repeating: "y", count: after) + "\""
                    #expect(throws: JSONSyntaxError.self) { try JSON(parsing: bare) }
                }
            }
        }
    }

    @Test("nesting past the limit is an error, not a crash")
    func depth() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONSyntaxError.self) { try JSON(parsing: deep) }
    }

    @Test("bytes that are not UTF-8 become replacement characters")
    func illFormed() throws {
        let bytes: [UInt8] = [0x22, 0x61, 0xFF, 0x62, 0x22]
        #expect(try JSON(parsing: bytes) == .string("a\u{FFFD}b"))
    }

    @Test("of duplicate keys the last one counts")
    func duplicateKeys() throws {
        #expect(try JSON(parsing: "{\"a\":1,\"a\":2}")["a"]?.int == 2)
    }
}
