import Foundation
import NIOConcurrencyHelpers
import OneShotCore
import OneShotWire

/// What the recorder itself answers with.
enum LocalPages {
    /// - Parameters:
    ///   - path: with its query, if any.
    ///   - isAdmitted: whether the client gave the token that this recorder asks for, if any. Others learn that it
    ///     answers, and may have the certificate, which is no secret.
    static func page(_ path: String, core: RecorderCore, isAdmitted: Bool) -> Answer {
        // A recorder of one session serves an agent in a sandbox, which learns nothing about this machine.
        let tellsAll = core.configuration.session == nil
        return switch path.prefix(while: { $0 != "?" }) {
        case "/health", "/health/": isAdmitted && tellsAll ? health(core) : alive
        case "/cert/pem", "/cert.pem":
            Answer(
                status: 200,
                reason: "OK",
                type: "application/x-x509-ca-cert",
                body: core.configuration.authority.certificatePEM,
                fields: [HTTPField("Content-Disposition", "attachment; filename=\"oneshot-ca-cert.pem\"")]
            )
        case "/" where tellsAll, "" where tellsAll:
            Answer(status: 200, reason: "OK", type: "text/html; charset=utf-8", body: welcome(core))
        default:
            Answer(status: 404, reason: "Not Found", body: "oneshot: this is the recorder's own port; see /health\n")
        }
    }

    private static let alive = Answer(
        status: 200,
        reason: "OK",
        type: "application/json",
        body: "{\"status\":\"ok\"}\n"
    )

    private static func health(_ core: RecorderCore) -> Answer {
        struct Health: Encodable {
            var recorder: RecorderStatus

            enum CodingKeys: String, CodingKey { case status }

            func encode(to encoder: any Encoder) throws {
                try recorder.encode(to: encoder)
                var container = encoder.container(keyedBy: CodingKeys.self)
                try container.encode("ok", forKey: .status)
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = (try? encoder.encode(Health(recorder: core.status()))).map { String(decoding: $0, as: UTF8.self) }
        return Answer(status: 200, reason: "OK", type: "application/json", body: (text ?? "{}") + "\n")
    }

    /// Codex and its like stop at once on a 400 and show the text (a 402, 403 or 5xx they would try again).
    static func exhausted(_ stop: BudgetStop) -> Answer {
        let error: JSON = ["error": stop.errorObject]
        return Answer(status: 400, reason: "Bad Request", type: "application/json", body: error.compactText)
    }

    static func forbidden(_ origin: Origin) -> Answer {
        Answer(
            status: 403,
            reason: "Forbidden",
            body: "oneshot: \(origin.host) is not a model API; nothing else is let through here\n"
        )
    }

    private static func welcome(_ core: RecorderCore) -> String {
        let authority = core.configuration.authority
        let address = core.listeners.withLockedValue { $0 }.map(\.description).first ?? "127.0.0.1:18080"
        let certificate = authority.certificateURL.path
        let lines = [
            (
                "Every client",
                "export HTTPS_PROXY=http://\(address) HTTP_PROXY=http://\(address) NO_PROXY=127.0.0.1,localhost"
            ),
            ("Codex", "export CODEX_CA_CERTIFICATE=\(certificate)"),
            ("Node (Claude Code)", "export NODE_EXTRA_CA_CERTS=\(certificate)"),
            (
                "Python (requests, httpx)",
                "oneshot ca export --bundle --out bundle.pem && export SSL_CERT_FILE=$PWD/bundle.pem REQUESTS_CA_BUNDLE=$PWD/bundle.pem"
            ),
            ("curl", "oneshot ca export --bundle --out bundle.pem && export CURL_CA_BUNDLE=$PWD/bundle.pem"),
        ]
        let rows = lines.map { "<dt>\(escaped($0.0))</dt><dd><code>\(escaped($0.1))</code></dd>" }.joined(
            separator: "\n"
        )
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>OneShot recorder</title>
            <style>body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:3rem auto;padding:0 1rem}
            code{background:#8882;padding:.1em .3em;word-break:break-all}dt{margin-top:1em;font-weight:600}</style></head>
            <body><h1>The recorder works</h1>
            <p>The easiest way to record an agent is <code>oneshot trace -- codex</code>: it hands the certificate to that
            program alone, and nothing has to be installed.</p>
            <p><a href="/cert/pem">Certificate of this recorder (PEM)</a>, SHA-256 <code>\(authority.fingerprint)</code></p>
            <p>By hand, in the shell that starts the client:</p>
            <dl>
            \(rows)
            </dl>
            <p>Whoever has the key that belongs to this certificate can read the traffic of every client that trusts it.
            Do not put it into the system's trust store of a machine that others use.</p>
            </body></html>

            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
