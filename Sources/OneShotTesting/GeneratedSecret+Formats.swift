import Foundation

extension GeneratedSecret {
    /// Each prefix is cut in two, so that nobody's scanner takes this file for a leak.
    static let formats: [(String, Make)] =
        tokens.map { token in
            (
                token.format,
                { random in
                    var value = token.prefix.joined()
                    for (index, part) in token.parts.enumerated() {
                        if index > 0 { value += token.separator }
                        value += random.text(part.0, part.1)
                    }
                    return (value + token.suffix, .anywhere)
                }
            )
        } + others

    private struct Token: Sendable {
        let format: String
        let prefix: [String]
        let parts: [(SeededGenerator.Alphabet, Int)]
        var separator = ""
        var suffix = ""
    }

    private static let tokens: [Token] = [
        Token(format: "anthropic-api", prefix: ["sk-", "ant-api03-"], parts: [(.urlSafe, 93)], suffix: "AA"),
        Token(format: "anthropic-oauth", prefix: ["sk-", "ant-oat01-"], parts: [(.urlSafe, 86)], suffix: "AA"),
        Token(format: "anthropic-refresh", prefix: ["sk-", "ant-ort01-"], parts: [(.urlSafe, 86)], suffix: "AA"),
        Token(format: "anthropic-admin", prefix: ["sk-", "ant-admin01-"], parts: [(.urlSafe, 93)], suffix: "AA"),
        Token(
            format: "openai-project",
            prefix: ["sk-", "proj-"],
            parts: [(.urlSafe, 74), (.urlSafe, 74)],
            separator: "T3Blbk" + "FJ"
        ),
        Token(
            format: "openai-legacy",
            prefix: ["sk", "-"],
            parts: [(.alphanumeric, 20), (.alphanumeric, 20)],
            separator: "T3Blbk" + "FJ"
        ),
        Token(format: "deepseek", prefix: ["sk", "-"], parts: [(.hex, 32)]),
        Token(format: "openrouter", prefix: ["sk-", "or-v1-"], parts: [(.hex, 64)]),
        Token(format: "huggingface", prefix: ["h", "f_"], parts: [(.alphanumeric, 34)]),
        Token(format: "groq", prefix: ["gs", "k_"], parts: [(.alphanumeric, 52)]),
        Token(format: "xai", prefix: ["xa", "i-"], parts: [(.alphanumeric, 80)]),
        Token(format: "perplexity", prefix: ["pp", "lx-"], parts: [(.alphanumeric, 48)]),
        Token(format: "replicate", prefix: ["r", "8_"], parts: [(.alphanumeric, 37)]),
        Token(format: "tavily", prefix: ["tv", "ly-dev-"], parts: [(.alphanumeric, 32)]),
        Token(format: "nvidia", prefix: ["nv", "api-"], parts: [(.urlSafe, 64)]),
        Token(format: "github-pat", prefix: ["gh", "p_"], parts: [(.alphanumeric, 36)]),
        Token(format: "github-oauth", prefix: ["gh", "o_"], parts: [(.alphanumeric, 36)]),
        Token(format: "github-app", prefix: ["gh", "s_"], parts: [(.alphanumeric, 36)]),
        Token(
            format: "github-fine-grained",
            prefix: ["github", "_pat_"],
            parts: [(.alphanumeric, 22), (.alphanumeric, 59)],
            separator: "_"
        ),
        Token(format: "gitlab-pat", prefix: ["gl", "pat-"], parts: [(.alphanumeric, 20)]),
        Token(format: "gitlab-runner", prefix: ["gl", "rt-"], parts: [(.alphanumeric, 20)]),
        Token(format: "npm", prefix: ["np", "m_"], parts: [(.alphanumeric, 36)]),
        Token(format: "pypi", prefix: ["py", "pi-AgEIcHlwaS5vcmc"], parts: [(.urlSafe, 120)]),
        Token(format: "rubygems", prefix: ["ruby", "gems_"], parts: [(.hex, 48)]),
        Token(format: "docker", prefix: ["dckr", "_pat_"], parts: [(.alphanumeric, 27)]),
        Token(format: "aws-access-key", prefix: ["AK", "IA"], parts: [(.base32, 16)]),
        Token(format: "aws-session-key", prefix: ["AS", "IA"], parts: [(.base32, 16)]),
        Token(format: "google-api", prefix: ["AI", "zaSy"], parts: [(.urlSafe, 33)]),
        Token(format: "google-client-secret", prefix: ["GOC", "SPX-"], parts: [(.urlSafe, 28)]),
        Token(format: "google-access", prefix: ["ya", "29.a0"], parts: [(.urlSafe, 120)]),
        Token(format: "stripe-live", prefix: ["sk", "_live_"], parts: [(.alphanumeric, 24)]),
        Token(format: "stripe-restricted", prefix: ["rk", "_live_"], parts: [(.alphanumeric, 99)]),
        Token(format: "stripe-webhook", prefix: ["wh", "sec_"], parts: [(.alphanumeric, 32)]),
        Token(
            format: "slack-bot",
            prefix: ["xo", "xb-"],
            parts: [(.digits, 12), (.digits, 13), (.alphanumeric, 24)],
            separator: "-"
        ),
        Token(
            format: "slack-webhook",
            prefix: ["https://hooks.slack", ".com/services/"],
            parts: [(.upper, 11), (.upper, 11), (.alphanumeric, 24)],
            separator: "/"
        ),
        Token(
            format: "discord-webhook",
            prefix: ["https://discord", ".com/api/webhooks/"],
            parts: [(.digits, 19), (.urlSafe, 68)],
            separator: "/"
        ),
        Token(format: "sendgrid", prefix: ["S", "G."], parts: [(.urlSafe, 22), (.urlSafe, 43)], separator: "."),
        Token(format: "digitalocean", prefix: ["dop", "_v1_"], parts: [(.hex, 64)]),
        Token(format: "databricks", prefix: ["da", "pi"], parts: [(.hex, 32)]),
        Token(format: "vault", prefix: ["hv", "s."], parts: [(.urlSafe, 92)]),
        Token(format: "linear", prefix: ["lin", "_api_"], parts: [(.alphanumeric, 40)]),
        Token(format: "notion", prefix: ["nt", "n_"], parts: [(.digits, 11), (.alphanumeric, 35)]),
        Token(format: "shopify", prefix: ["sh", "pat_"], parts: [(.hex, 32)]),
        Token(format: "grafana", prefix: ["gl", "sa_"], parts: [(.alphanumeric, 32), (.hex, 8)], separator: "_"),
        Token(format: "sentry-user", prefix: ["sn", "tryu_"], parts: [(.hex, 64)]),
        Token(format: "postman", prefix: ["PM", "AK-"], parts: [(.hex, 24), (.hex, 34)], separator: "-"),
        Token(format: "age", prefix: ["AGE-", "SECRET-KEY-1"], parts: [(.base32, 0)], suffix: ageBody),
        Token(format: "supabase", prefix: ["sb", "_secret_"], parts: [(.urlSafe, 31)]),
        Token(format: "telegram", prefix: [], parts: [(.digits, 10), (.urlSafe, 33)], separator: ":A" + "A"),
    ]

    private static let ageBody: String = {
        var random = SeededGenerator(seed: 11)
        let letters = Array("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")
        return String((0..<58).map { _ in letters[Int(random.next() % 32)] })
    }()

    private static let others: [(String, Make)] = [
        (
            "json-web-token",
            { random in
                let header = base64URL(#"{"alg":"HS256","typ":"JWT","kid":""# + random.text(.hex, 8) + "\"}")
                let payload = base64URL(#"{"sub":""# + random.text(.digits, 12) + #"","exp":1999999999}"#)
                return ([header, payload, random.text(.urlSafe, 43)].joined(separator: "."), .anywhere)
            }
        ),
        (
            "private-key",
            { random in
                let lines = (0..<12).map { _ in random.text(.base64, 64) }
                let body = lines.joined(separator: "\n")
                let kind = " RSA PRIVATE" + " KEY-----"
                return ("-----BEGIN\(kind)\n\(body)\n-----END\(kind)", .named("the key:\n", "\nis in place"))
            }
        ),
        (
            "url-password",
            { ($0.text(.alphanumeric, 18), .named("DATABASE_URL=postgres://app:", "@db.internal:5432/main")) }
        ),
        ("basic", { (base64("admin:" + $0.text(.alphanumeric, 16)), .named("authorization: Basic ", "")) }),
        ("bearer", { ($0.text(.alphanumeric, 40), .named("Authorization: Bearer ", "")) }),
        ("password-quoted", { ($0.text(.alphanumeric, 18), .named("password = \"", "\"")) }),
        ("password-env", { ($0.text(.alphanumeric, 20), .named("DB_PASSWORD=", "")) }),
        ("secret-json", { ($0.text(.alphanumeric, 40), .named("{\"client_secret\": \"", "\", \"n\": 2}")) }),
        ("token-yaml", { ($0.text(.alphanumeric, 32), .named("  auth_token: ", "")) }),
        ("api-key-hex", { ($0.text(.hex, 32), .named("api_key='", "'")) }),
        ("aws-secret", { ($0.text(.base64, 40), .named("aws_secret_access_key = ", "")) }),
        ("access-token-query", { ($0.text(.alphanumeric, 32), .named("GET /cb?access_token=", "&state=1")) }),
        (
            "azure-storage",
            {
                (
                    $0.text(.base64, 86) + "==",
                    .named("DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=", ";EndpointSuffix=core.test")
                )
            }
        ),
    ]

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    private static func base64URL(_ text: String) -> String {
        base64(text).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
