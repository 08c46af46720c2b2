import OneShotRedaction
import Testing

/// Values that fit the formats and open nothing. They are put together at run time, so that no file holds one.
enum FakeSecret {
    static func alphanumeric(_ count: Int, seed: UInt64 = 1) -> String {
        characters("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", count, seed)
    }

    static func hex(_ count: Int) -> String { characters("0123456789abcdef", count, 7) }
    static func upper(_ count: Int) -> String { characters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", count, 3) }

    private static func characters(_ alphabet: String, _ count: Int, _ seed: UInt64) -> String {
        let alphabet = Array(alphabet)
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        return String(
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return alphabet[Int(state >> 33) % alphabet.count]
            }
        )
    }

    static let jwt =
        "eyJ" + alphanumeric(30) + "." + "eyJ" + alphanumeric(40, seed: 2) + "." + alphanumeric(43, seed: 3)
    static let pem =
        "-----BEGIN RSA " + "PRIVATE KEY-----\n" + alphanumeric(64) + "\n" + alphanumeric(64, seed: 5)
        + "\n-----END RSA PRIVATE KEY-----"

    /// A rule's name and a value that it must find.
    static let tokens: [(rule: String, value: String)] = [
        ("anthropic-key", "sk-" + "ant-api03-" + alphanumeric(93) + "AA"),
        ("anthropic-key", "sk-" + "ant-oat01-" + alphanumeric(80)),
        ("openai-key", "sk-" + "proj-" + alphanumeric(48)),
        ("sk-key", "sk-" + alphanumeric(20) + "T3BlbkFJ" + alphanumeric(20, seed: 9)),
        ("sk-key", "sk-" + hex(32)),
        ("huggingface-token", "hf" + "_" + alphanumeric(34)),
        ("github-token", "ghp" + "_" + alphanumeric(36)),
        ("github-token", "github_" + "pat_" + alphanumeric(22) + "_" + alphanumeric(59, seed: 4)),
        ("gitlab-token", "glpat" + "-" + alphanumeric(20)),
        ("npm-token", "npm" + "_" + alphanumeric(36)),
        ("pypi-token", "pypi" + "-AgEIcHlwaS5vcmc" + alphanumeric(70)),
        ("aws-access-key-id", "AKIA" + upper(16)),
        ("google-api-key", "AIza" + alphanumeric(35)),
        ("stripe-key", "sk_" + "live_" + alphanumeric(24)),
        ("slack-token", "xoxb" + "-123456789012-1234567890123-" + alphanumeric(24)),
        ("slack-webhook", "hooks.slack.com/" + "services/T" + upper(8) + "/B" + upper(8) + "/" + alphanumeric(24)),
        ("json-web-token", jwt),
        ("pem-key", pem),
    ]
}

@Suite("Secrets are taken out of text")
struct RedactorTests {
    @Test("each kind of key goes, wherever it stands", arguments: FakeSecret.tokens.indices)
    func kinds(index: Int) {
        let (rule, value) = FakeSecret.tokens[index]
        let contexts = [
            value, "export KEY=\(value)\n", "the key is \(value), use it", "{\"k\": \"\(value)\"}",
            "{\\\"k\\\": \\\"\(value)\\\"}", "a\\n\(value)\\n", "\u{1B}[32m\(value)\u{1B}[0m", "?key=\(value)&x=1",
            "+    \"\(value)\"", "%3D\(value)", "(\(value))", "`\(value)`",
        ]
        for context in contexts {
            let redactor = Redactor.standard
            let redacted = redactor.redact(context).text
            #expect(!redacted.contains(value), "in \(context.prefix(12))…")
            #expect(redacted.contains("[REDACTED:"), "in \(context.prefix(12))…")
            #expect(redactor.redact(redacted).text == redacted)
            #expect(Redactor.standard.redact(redacted).text == redacted)
        }
        let lines = String(repeating: "\n", count: value.split(separator: "\n").count - 1)
        #expect(Redactor.standard.redact("see \(value) there").text == "see [REDACTED:\(rule):1]\(lines) there")
        #expect(Redactor.standard.findings(in: value).map(\.rule) == [rule])
    }

    @Test(
        "what is named or sent as a secret goes",
        arguments: [
            (
                "Authorization: Bearer \(FakeSecret.alphanumeric(32))",
                "Authorization: Bearer [REDACTED:authorization:1]"
            ),
            ("authorization: Basic dXNlcjpwYXNzd29yZDE=", "authorization: Basic [REDACTED:basic-authorization:1]"),
            ("https://bob:s3cr3t-pw@host.test/x", "https://bob:[REDACTED:url-password:1]@host.test/x"),
            ("postgres://app:pa:ss9@db/x", "postgres://app:[REDACTED:url-password:1]@db/x"),
            ("API_KEY=\(FakeSecret.alphanumeric(32))", "API_KEY=[REDACTED:assignment:1]"),
            ("api-key: '\(FakeSecret.hex(32))'", "api-key: '[REDACTED:quoted-assignment:1]'"),
            (
                "\"client_secret\": \"\(FakeSecret.alphanumeric(40))\",",
                "\"client_secret\": \"[REDACTED:quoted-assignment:1]\","
            ),
            (
                "{\\\"auth_token\\\":\\\"\(FakeSecret.alphanumeric(24))\\\"}",
                "{\\\"auth_token\\\":\\\"[REDACTED:quoted-assignment:1]\\\"}"
            ),
            (
                "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY3kQ9Zz0abc",
                "aws_secret_access_key = [REDACTED:assignment:1]"
            ),
            ("password = \"Tr0ub4dor&3x\"", "password = \"[REDACTED:quoted-password:1]\""),
            ("?access_token=\(FakeSecret.alphanumeric(32))&x=1", "?access_token=[REDACTED:assignment:1]&x=1"),
        ]
    )
    func named(text: String, expected: String) {
        #expect(Redactor.standard.redact(text).text == expected)
        #expect(Redactor.standard.redact(expected).text == expected)
    }

    @Test(
        "what only looks like a secret stays",
        arguments: [
            "commit 8095811f2bd3a51aab8cd9a8c4f0f1ae9be07f22",
            "index 3b18e512..8ab686ea 100644",
            "call_abcDEF1234567890abcdef12 resp_0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071",
            "\"session_id\": \"550e8400-e29b-41d4-a716-446655440000\"",
            "token: 550e8400-e29b-41d4-a716-446655440000",
            "sha512-\(FakeSecret.alphanumeric(80))==",
            "checksum_token = \(FakeSecret.hex(40))",
            "max_tokens=50000, total_tokens: 123456",
            "let token = authData.token2", "token = generate_token_v2(seed)",
            "password = os.environ[\"DB_PASSWORD_1\"]",
            "api_key=${OPENAI_API_KEY}", "export OPENAI_API_KEY=sk-...", "OPENAI_API_KEY=your-key-here-1234567",
            "Authorization: Bearer $TOKEN", "Bearer authentication is used", "Basic understanding of things",
            "if text.contains(\"-----BEGIN PRIVATE KEY-----\") { stop() }",
            "https://user:password@example.com/", "github://org:repo1@/catalog.yml",
            "http://run-1:oneshot@127.0.0.1:18080", "http://localhost:8080/a@b",
            ".sk-fading-circle-container-12 { color: red }", "sk-learn-version-two-is-out-now", "task-1234-abcd",
            "import hf_hub_download_and_a_very_long_function_name_here", "risk-assessment-2024-final-version",
            "2026-11-22T13:45:01.250Z: started", "a == b, c != d, token == other_token_12345678",
            "zlib.decompress(b'x9cK4L2N1')", "GIT binary patch\nliteral 40\nzcmV+@0Q&!ZP)<h;3K|Lk000e1NJLTq000mG",
        ]
    )
    func innocent(text: String) {
        #expect(Redactor.standard.redact(text).text == text)
        #expect(Redactor.standard.findings(in: text).isEmpty)
    }

    @Test("the same secret gets the same placeholder, another secret another one")
    func stable() {
        let first = "ghp" + "_" + FakeSecret.alphanumeric(36)
        let second = "ghp" + "_" + FakeSecret.alphanumeric(36, seed: 2)
        let redactor = Redactor.standard
        #expect(
            redactor.redact("\(first) \(second) \(first)").text
                == "[REDACTED:github-token:1] [REDACTED:github-token:2] [REDACTED:github-token:1]"
        )
        #expect(redactor.redact("again \(second)").text == "again [REDACTED:github-token:2]")
        #expect(Redactor.standard.redact(second).text == "[REDACTED:github-token:1]")
    }

    @Test("a number that the text already uses is not given to another secret")
    func reserved() {
        let secret = "ghp" + "_" + FakeSecret.alphanumeric(36)
        #expect(
            Redactor.standard.redact("[REDACTED:github-token:4] \(secret)").text
                == "[REDACTED:github-token:4] [REDACTED:github-token:5]"
        )
    }

    @Test("values that the caller knows go in every form")
    func exact() {
        let redactor = Redactor(knownSecrets: ["correct horse\"battery", "tiny"])
        let text = "a correct horse\"battery b \"correct horse\\\"battery\" correct%20horse%22battery tiny"
        let redacted = redactor.redact(text).text
        #expect(!redacted.contains("horse"))
        #expect(redacted.hasPrefix("a [REDACTED:known-secret:1] b"))
        #expect(redacted.hasSuffix("tiny"))
    }

    @Test("a secret that was found by its name goes from prose too")
    func propagated() {
        let value = FakeSecret.alphanumeric(24)
        #expect(
            Redactor.standard.redact("API_TOKEN=\(value)\nNow \(value) is set").text
                == "API_TOKEN=[REDACTED:assignment:1]\nNow [REDACTED:assignment:1] is set"
        )
    }

    @Test("a key file that was cut, or that stands in a JSON string, goes whole, and its lines stay")
    func keyFiles() {
        let cut = String(FakeSecret.pem.dropLast(20))
        #expect(Redactor.standard.redact("x \(cut)").text == "x [REDACTED:pem-key:1]\n\n\n-----END ")
        let json = "\"\(FakeSecret.pem.replacing("\n", with: "\\n"))\\n\""
        #expect(Redactor.standard.redact(json).text == "\"[REDACTED:pem-key:1]\\n\\n\\n\\n\"")
    }

    @Test("a finding says rule, line and column, and not the value")
    func findings() {
        let token = "hf" + "_" + FakeSecret.alphanumeric(34)
        let findings = Redactor.standard.findings(in: "first\nzwölf \(token)\n\n\(token)")
        #expect(
            findings == [
                SecretFinding(rule: "huggingface-token", line: 2, column: 7),
                SecretFinding(rule: "huggingface-token", line: 4, column: 1),
            ]
        )
        #expect(!findings.map(String.init(describing:)).joined().contains(token))
    }

    @Test(
        "hostile text takes no more than linear time",
        .timeLimit(.minutes(1)),
        arguments: [
            "sk-", "eyJ-", "-----BEGIN PRIVATE KEY-----", "token=", "http://a:", "Bearer ", "password: ", "\\",
            "[REDACTED:",
            "xoxb-a-", "SG..", "a",
        ]
    )
    func linear(piece: String) {
        func time(_ count: Int) -> Duration {
            let text = String(repeating: piece, count: count / piece.utf8.count)
            // The quickest of three: the machine may be busy with other tests.
            return (0..<3).map { _ in ContinuousClock().measure { _ = Redactor.standard.findings(in: text) } }.min()
                ?? .zero
        }
        let small = time(10_000)
        let large = time(80_000)
        // Quadratic time would be 64 times as long.
        #expect(large < small * 24 + .milliseconds(200))
    }
}
