import Foundation
import OneShotCore
import OneShotRedaction
import OneShotTesting
import Testing

@Suite("Rule files")
struct RuleFileTests {
    private func rules(_ text: String) async throws -> RuleSet {
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("rules.toml")
            try Data(text.utf8).write(to: file)
            return try RuleSet(merging: file)
        }
    }

    private func redact(_ text: String, with rules: RuleSet) -> String { Redactor(rules: rules).redact(text).text }

    @Test("the shipped rules are there, and have a version")
    func standard() {
        #expect(RuleSet.standard.count > 250)
        #expect(RuleSet.standard.version.count == 12)
    }

    @Test("a rule of one's own is added, and the version is another")
    func added() async throws {
        let rules = try await rules(
            """
            [[rules]]
            id = "acme-key"
            regex = '''\\bacme_([a-z0-9]{12})\\b'''
            entropy = 2.5
            keywords = ["ACME_"]
            [[rules.allowlists]]
            stopwords = ["sample"]
            """
        )
        #expect(redact("use acme_k3j9x0q2m7ab now", with: rules) == "use acme_[REDACTED:acme-key:1] now")
        #expect(redact("use acme_aaaaaaaaaaaa now", with: rules) == "use acme_aaaaaaaaaaaa now")
        #expect(redact("use acme_sample4x0q2m now", with: rules) == "use acme_sample4x0q2m now")
        #expect(rules.version != RuleSet.standard.version)
        #expect(rules.count == RuleSet.standard.count + 1)
    }

    @Test("rules can be replaced and turned off")
    func replaced() async throws {
        let key = "ghp" + "_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
        let disabled = "[extend]\ndisabledRules = [\"github-pat\", \"github-token\"]\n"
        let without = try await rules(disabled)
        #expect(redact("see \(key) there", with: without) == "see \(key) there")
        let replaced = disabled + "[[rules]]\nid = \"mine\"\nregex = 'ghp_[A-Za-z0-9]+'\n"
        let mine = try await rules(replaced)
        #expect(redact("see \(key) there", with: mine) == "see [REDACTED:mine:1] there")
    }

    @Test("a group can be the secret, and a rule can ask for another one nearby")
    func composite() async throws {
        let rules = try await rules(
            """
            [[rules]]
            id = "pair-id"
            regex = '''pairid-\\d{4}'''
            skipReport = true
            [[rules]]
            id = "pair-value"
            regex = '''(pair)value-([a-z]{6})'''
            secretGroup = 2
            [[rules.required]]
            id = "pair-id"
            withinLines = 2
            """
        )
        #expect(
            redact("pairid-1234\npairvalue-qwerty", with: rules) == "pairid-1234\npairvalue-[REDACTED:pair-value:1]"
        )
        #expect(redact("pairid-1234\n\n\n\npairvalue-qwerty", with: rules).hasSuffix("qwerty"))
        #expect(redact("pairvalue-qwerty", with: rules) == "pairvalue-qwerty")
    }

    @Test("allowlists look at the secret, the match or the line, and can ask for all that they list")
    func allowlists() async throws {
        let rules = try await rules(
            """
            [[rules]]
            id = "x"
            regex = '''x=([a-z]{6})'''
            [[rules.allowlists]]
            regexTarget = "line"
            regexes = ['''^#''']
            [[rules.allowlists]]
            condition = "AND"
            regexes = ['''^a''']
            stopwords = ["zz"]
            [[rules.allowlists]]
            condition = "AND"
            regexes = ['''.''']
            paths = ['''never''']
            """
        )
        #expect(redact("# x=abcdef", with: rules) == "# x=abcdef")
        #expect(redact("x=abzzef", with: rules) == "x=abzzef")
        #expect(redact("x=abcdef", with: rules) == "x=[REDACTED:x:1]")
    }

    @Test(
        "a bad file is refused in one line that says where",
        arguments: [
            ("[[rules]\n", "line 1"), ("[[rules]]\nregex = 'a'\n", "rule 1"),
            ("[[rules]]\nid = 'a b'\nregex = 'a'\n", "rule 'a b', id"),
            ("[[rules]]\nid = 'a'\n", "rule 'a', regex: is missing"),
            ("[[rules]]\nid = 'a'\nregex = '('\n", "rule 'a', regex: is not an expression"),
            ("[[rules]]\nid = 'a'\nregex = '(?=a)'\n", "rule 'a', regex"),
            ("[[rules]]\nid = 'a'\nregex = 5\n", "rule 'a', regex: is not a string"),
            ("[[rules]]\nid = 'a'\nregex = 'a'\nentropy = 'high'\n", "rule 'a', entropy"),
            ("[[rules]]\nid = 'a'\nregex = 'a'\nkeyword = ['a']\n", "rule 'a', keyword: is not a key here"),
            ("[[rules]]\nid = 'a'\nregex = 'a'\nkeywords = 'a'\n", "rule 'a', keywords"),
            ("[[rules]]\nid = 'a'\nregex = '(a)'\nsecretGroup = 2\n", "rule 'a', secretGroup"),
            ("[[rules]]\nid = 'a'\nregex = 'a'\n[[rules.allowlists]]\nregexes = ['[']\n", "allowlists.regexes"),
            ("[[rules]]\nid = 'a'\nregex = 'a'\n[[rules.allowlists]]\ncondition = 'XOR'\n", "condition"),
            ("[[rules]]\nid = 'a'\nregex = 'a'\n[[rules.required]]\nid = 'nobody'\n", "no rule 'nobody'"),
            ("[extend]\npath = 'x'\n", "extend, path"), ("rule = 1\n", "rule: is not a key here"),
        ]
    )
    func bad(text: String, place: String) async throws {
        let error = await #expect(throws: FileError.self) { try await rules(text) }
        let message = error?.description ?? ""
        #expect(message.contains(place), "\(message)")
        #expect(message.contains("rules.toml"))
        #expect(!message.contains("\n"))
    }

    @Test("a file that is not there or is no text is refused")
    func unreadable() async throws {
        #expect(throws: FileError.self) { try RuleSet(merging: URL(fileURLWithPath: "/nowhere/rules.toml")) }
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("rules.toml")
            try Data([0xFF, 0xFE, 0x00]).write(to: file)
            #expect(throws: FileError.self) { try RuleSet(merging: file) }
        }
    }
}
