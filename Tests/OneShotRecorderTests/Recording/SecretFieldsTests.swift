import Foundation
import OneShotCore
import OneShotWire
import Testing

@testable import OneShotRecorder

@Suite("Credentials in heads")
struct SecretFieldsTests {
    @Test(
        "headers that hold credentials are known by their names",
        arguments: [
            "Authorization", "authorization", "Cookie", "Set-Cookie", "X-API-Key", "x-goog-api-key", "xi-api-key",
            "api-key",
            "X-Amz-Security-Token", "Ocp-Apim-Subscription-Key", "X-Auth-Token", "Private-Token", "X-Vault-Token",
            "CF-Access-Client-Secret", "X-OpenAI-Actor-Authorization", "x-auth-key", "DPoP",
        ]
    )
    func secret(name: String) { #expect(SecretFields.isSecret(name)) }

    @Test(
        "and others are not",
        arguments: [
            "ChatGPT-Account-ID", "x-ratelimit-remaining-tokens", "anthropic-ratelimit-tokens-limit", "Idempotency-Key",
            "Sec-WebSocket-Key", "x-request-id", "openai-organization", "session_id", "x-codex-turn-state", "ETag",
            "Host",
        ]
    )
    func open(name: String) { #expect(!SecretFields.isSecret(name)) }

    @Test("a URL keeps everything but the values of its keys")
    func urls() {
        let cases = [
            ("https://a/p", "https://a/p"),
            ("https://a/p?alt=sse&key=AIza&x=1", "https://a/p?alt=sse&key=[REDACTED]&x=1"),
            ("https://a/?api%5Fkey=k;SIG=s", "https://a/?api%5Fkey=[REDACTED];SIG=[REDACTED]"),
            ("https://a/#access_token=t&state=1", "https://a/#access_token=[REDACTED]&state=1"),
            ("https://a/?a=1#id_token=t", "https://a/?a=1#id_token=[REDACTED]"),
            ("https://a/?key&token=", "https://a/?key&token=[REDACTED]"), ("https://a/?", "https://a/?"),
            ("https://a/?monkey=1&&tokens=3", "https://a/?monkey=1&&tokens=3"),
        ]
        for (url, expected) in cases { #expect(SecretFields.redacted(url: url) == expected) }
    }

    @Test("what stands in a header is replaced or kept, in order")
    func headers() {
        let fields = [
            HTTPField("Host", "a"), HTTPField("Proxy-Authorization", "Basic x"), HTTPField("Authorization", "Bearer t"),
            HTTPField("Location", "https://a/?token=t&b=1"),
            HTTPField("Sec-WebSocket-Protocol", "realtime, openai-insecure-api-key.sk-1, openai-beta.realtime-v1"),
        ]
        #expect(
            SecretFields.redacted(fields).compactText
                == #"[["Host","a"],["Authorization","[REDACTED]"],["Location","https://a/?token=[REDACTED]&b=1"],"#
                + #"["Sec-WebSocket-Protocol","realtime, openai-insecure-api-key.[REDACTED], openai-beta.realtime-v1"]]"#
        )
    }

    @Test("each value is found under the name that it has")
    func values() throws {
        let basic = Data("user:pass-word-of-basic".utf8).base64EncodedString()
        let head = try Heads.request(
            [
                HTTPField("Host", "a"), HTTPField("Authorization", "Basic \(basic)"), HTTPField("X-Api-Key", "short"),
                HTTPField("Cookie", "a=cookie-value-one; b=cookie-value-two"),
                HTTPField("Sec-WebSocket-Protocol", "realtime, openai-insecure-api-key.sk-protocol-key"),
            ],
            target: "/p?key=AIza-0123456789&x=1&token=a%2Fb-0123456789"
        )
        let found = SecretFields.credentials(in: head).map { "\($0.name)=\($0.value)" }
        #expect(
            Set(found) == [
                "authorization=\(basic)", "authorization=pass-word-of-basic", "x-api-key=short",
                "cookie:a=cookie-value-one",
                "cookie:b=cookie-value-two", "sec-websocket-protocol=sk-protocol-key", "query:key=AIza-0123456789",
                "query:token=a%2Fb-0123456789", "query:token=a/b-0123456789",
            ]
        )
        #expect(
            Set(SecretFields.values(in: head)) == [
                basic, "pass-word-of-basic", "sk-protocol-key", "AIza-0123456789", "a%2Fb-0123456789", "a/b-0123456789",
            ]
        )
    }
}
