import Foundation
import OneShotCore
import OneShotStore
import Testing

@testable import OneShotRecorder

@Suite("The recorder's own pages", .timeLimit(.minutes(1)))
struct LocalPagesTests {
    @Test(
        "health is answered on our own host and port, directly and through ourselves",
        arguments: ["/health", "http://localhost:PORT/health", "http://127.0.0.1:PORT/health"]
    )
    func health(target: String) async throws {
        try await Bench.run(respond: { _ in Answers.json("{}") }) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            let target = target.replacing("PORT", with: String(bench.running.port))
            try await client.send("GET \(target) HTTP/1.1\r\nHost: localhost:\(bench.running.port)\r\n\r\n")
            let text = try await client.read(until: "}\n")
            #expect(text.hasPrefix("HTTP/1.1 200 "))
            let json = try JSON(parsing: String(text.split(separator: "\r\n\r\n")[1]))
            #expect(json["status"]?.string == "ok")
            #expect(json["lost"]?.int == 0)
        }
    }

    @Test("somebody else's health page is somebody else's")
    func notHijacked() async throws {
        try await Bench.run(originHasTLS: false, respond: { _ in Answers.json("{\"mine\":1}") }) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send("GET http://localhost:\(bench.origin.port)/health HTTP/1.1\r\nHost: x\r\n\r\n")
            try await client.read(until: "\"mine\"")
        }
    }

    @Test("mitm.it hands out the certificate and says what to export")
    func certificatePage() async throws {
        try await Bench.run(respond: { _ in Answers.json("{}") }) { bench in
            let client = try await TestClient.connect(port: bench.running.port)
            try await client.send("GET http://mitm.it/ HTTP/1.1\r\nHost: mitm.it\r\n\r\n")
            let page = try await client.read(until: "</html>")
            for variable in ["CODEX_CA_CERTIFICATE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "CURL_CA_BUNDLE"] {
                #expect(page.contains(variable))
            }
            client.forget()
            try await client.send("GET http://mitm.it/cert/pem HTTP/1.1\r\nHost: mitm.it\r\n\r\n")
            let answer = try await client.read(until: "-----END CERTIFICATE-----\n")
            #expect(answer.hasSuffix(bench.authority.certificatePEM))
        }
    }

    @Test("a client that does not trust us is recorded with what to do about it")
    func untrusted() async throws {
        try await Bench.run(respond: { _ in Answers.json("{}") }) { bench in
            let stranger = try CertificateAuthority(
                certificateURL: bench.authority.certificateURL,
                certificate: CertificateAuthority.make().certificate,
                key: bench.authority.key
            )
            let client = try await TestClient.connect(through: bench.running, to: Bench.host, trusting: stranger)
            try? await client.send("GET / HTTP/1.1\r\n\r\n")
            let row = try #require(try await bench.rows(1) { $0.state == .cut && $0.cutBy == "client" }.first)
            #expect(row.method == "CONNECT")
            #expect(row.metaJSON.contains("does not trust the certificate"))
            #expect(await bench.running.status().untrusted?.contains("oneshot trace") == true)
        }
    }
}
