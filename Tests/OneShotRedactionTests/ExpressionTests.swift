import Testing

@testable import OneShotRedaction

@Suite("Expressions")
struct ExpressionTests {
    @Test(
        "the longest match is known where there is one",
        arguments: [
            ("abc", 3), ("a{2,5}b?", 6), (#"\b(gh[pous]_[A-Za-z0-9]{36})(?:[\s;]|\\[nr]|$)"#, 42), ("(?i)a|bcd", 3),
            (#"[^a]"#, 4), ("a+", nil), ("(ab)*c", nil), ("a{3,}", nil), (#"\x41\x{e9}"#, 5), ("", 0), ("[]a]", 1),
            ("(?P<n>ab){2}", 4), ("[[:alnum:]]{3}", 3), ("x{", 2), ("^$", 0),
        ] as [(String, Int?)]
    )
    func longest(pattern: String, expected: Int?) throws {
        _ = try RegularExpression(pattern)
        #expect(ExpressionShape(pattern).longest == expected)
    }

    @Test("it is known which keywords a match can hold")
    func keywords() {
        func holds(_ pattern: String, _ keyword: String) -> Bool {
            ExpressionShape(pattern).holds(Array(keyword.utf8))
        }
        #expect(holds(#"\b(SK-ant-api03-[a-z]{3})"#, "sk-ant-"))
        #expect(holds("(?:pat|sat)\\.[a-z]", "sat."))
        #expect(holds("passw(?:or)?d", "passwd"))
        #expect(holds("linked[_-]?in", "linked_in"))
        #expect(holds("EAA[MC]x", "eaac"))
        #expect(!holds(#"\b(pat[[:alnum:]]{14})"#, "airtable"))
        #expect(!holds("a[a-z]b", "axb"))
    }

    @Test("every shipped rule is one that RE2 reads")
    func shipped() throws {
        for rule in RuleSet.standard.index.rules {
            let expression = try rule.expression.get()
            #expect((0...expression.groups).contains(rule.secretGroup), "\(rule.id)")
            for allowlist in rule.allowlists + RuleSet.standard.index.allowlists {
                for pattern in allowlist.expressions { _ = try pattern.get() }
            }
        }
    }

    @Test("words are found in one pass, whatever their case and however they overlap")
    func index() {
        let index = KeywordIndex(["he", "she", "hers", "HIS"].map { Array($0.utf8) })
        var found: [String] = []
        Array("uSHErs hIs".utf8).withUnsafeBufferPointer { text in
            index.forEach(in: text) { word, range in
                found.append("\(word):\(range.lowerBound)")
            }
        }
        #expect(found == ["1:1", "0:2", "2:2", "3:7"])
    }
}
