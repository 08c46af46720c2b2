import Crypto
import Foundation
import NIOSSL
import OneShotCore
import OneShotTesting
import SwiftASN1
import Testing
import X509

@testable import OneShotRecorder

@Suite("Certificate authority")
struct CertificateAuthorityTests {
    private func mode(_ url: URL) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test("the key is made once, in a file and a directory that nobody else can read")
    func files() async throws {
        try await withTemporaryDirectory { directory in
            let place = directory.appendingPathComponent("home/ca")
            let first = try CertificateAuthority.loadOrCreate(directory: place)
            let second = try CertificateAuthority.loadOrCreate(directory: place)
            #expect(first.certificatePEM == second.certificatePEM)
            #expect(try mode(place) == 0o700)
            #expect(try mode(place.appendingPathComponent("oneshot-ca.pem")) == 0o600)
            let shared = try String(contentsOf: first.certificateURL, encoding: .utf8)
            #expect(shared == first.certificatePEM)
            #expect(!shared.contains("PRIVATE KEY"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).count == 2)
        }
    }

    @Test("several at once end up with the same one")
    func race() async throws {
        try await withTemporaryDirectory { directory in
            let texts = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask { try CertificateAuthority.loadOrCreate(directory: directory).certificatePEM }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(texts.count == 1)
        }
    }

    @Test("a damaged file is named, and stays as it is")
    func damaged() async throws {
        try await withTemporaryDirectory { directory in
            let secret = directory.appendingPathComponent("oneshot-ca.pem")
            try AtomicFile.write("no certificate\n", to: secret)
            #expect(throws: RecorderError.self) { try CertificateAuthority.loadOrCreate(directory: directory) }
            #expect(try String(contentsOf: secret, encoding: .utf8) == "no certificate\n")
            #expect {
                try CertificateAuthority.importing(mitmproxyDirectory: directory)
            } throws: { error in
                "\(error)".contains("mitmproxy-ca.pem: no such file")
            }
        }
    }

    @Test("an authority of mitmproxy's (RSA) is used as it is, and its directory is left alone")
    func importing() async throws {
        try await withTemporaryDirectory { directory in
            let key = try Certificate.PrivateKey(pemEncoded: Self.rsaKey)
            let name = try DistinguishedName { CommonName("mitmproxy") }
            let certificate = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: key.publicKey,
                notValidBefore: Date().addingTimeInterval(-86_400),
                notValidAfter: Date().addingTimeInterval(86_400 * 300),
                issuer: name,
                subject: name,
                signatureAlgorithm: .sha256WithRSAEncryption,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                    SubjectKeyIdentifier(hash: key.publicKey)
                },
                issuerPrivateKey: key
            )
            let pem = try certificate.serializeAsPEM().pemString + "\n"
            try AtomicFile.write(Self.rsaKey + pem, to: directory.appendingPathComponent("mitmproxy-ca.pem"))
            let authority = try CertificateAuthority.importing(mitmproxyDirectory: directory)
            #expect(authority.certificatePEM == pem)
            _ = try LeafIssuer(authority: authority).context(for: "api.openai.com")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["mitmproxy-ca.pem"])
        }
    }

    @Test("a bundle holds what the system trusts, and this authority")
    func bundle() async throws {
        try await withTemporaryDirectory { directory in
            let authority = try CertificateAuthority.loadOrCreate(directory: directory.appendingPathComponent("ca"))
            let bundle = directory.appendingPathComponent("bundle.pem")
            try authority.writeBundle(to: bundle)
            let certificates = try NIOSSLCertificate.fromPEMFile(bundle.path)
            let own = try NIOSSLCertificate(bytes: CertificateAuthority.der(authority.certificate), format: .der)
            #expect(certificates.last == own)
        }
    }

    @Test("ONESHOT_HOME moves the default directory")
    func defaultDirectory() {
        #expect(CertificateAuthority.defaultDirectory(environment: ["ONESHOT_HOME": "/x"]).path == "/x/ca")
        #expect(CertificateAuthority.defaultDirectory(environment: [:]).path.hasSuffix("/.oneshot/ca"))
    }

    /// Made for this test, in the form in which mitmproxy writes its own (PKCS #1).
    private static let rsaKey = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEowIBAAKCAQEAyG7qJVppqgsQ2TIJRjUga8wMIR2IHxBK7AsN/aUmQN9irYf+
        gcJcnviYoHpzkrTg+nENXgDWTe9+ihIHTS0CkrPwH/jiBJUivzDuKhBSVWu7re3X
        jc1X1fihAWDFtnZmtt7gqT1XZ4S0AQVRFjvNkhCAIaGRlp9JxDz2OkI1328R3pRM
        3EiOS3aIaf+cAbCoIvjzDb0HK14nveAGwbK7U+MibdEQnBIKp1TU5m4UULxJaRNb
        nXF8/pECFeMgNEj33oCj72ebnpFP/l8TPksRzw92Byvk065xOgewkv7O4gTcKNta
        Lpt2I6dPHe688ya4j3yLPXkr3r9rCGaSbJeW2QIDAQABAoIBAAcYh3k8uwVA8LRC
        cA9IaIuYb4zT6afxNjh8EwnknmGT5v+YvcW56/iEJDcjjqg7d27hBhBKvEuJtoj3
        JsNbMWj12NhGQeOCpMvFqjDatLzUcb0FxhNS7pCjMDlcbojNUUlDw7VfeBLbS69w
        5j7WGCrbIwYjHQSK7XF2l7Wr9rygYc5f9jIDzI19qZizrbMuGtB9HQZA6wbrs9wx
        xucSb+RRt9EmoL6BTaEKwXpWrfz3LEq6sjx2JO3FqtQA0N58sA9YJwLy5y2hi/Ab
        P/1ld4lPIddagHJA5MEG8Zlow26gRzyu04ysFXqzHnCWjSxfR308rCU7a/pWlq94
        zllgIfkCgYEA58OnqsoTSpWOF/l4ANc/u0Cu5hP0DeacvjfUK3Bxvm4/ACus0Qxn
        YNTlX7SfTIWDALk0eB+X72D8tvW+gay0ypapOmK2lxj6dv5AceEx9lKZLNZ8fY5t
        iCiZzGONFryxg0luUb6NbM1nOTwil4qMTNzEO6DmBgcHzf+Xmv6bZl0CgYEA3WSG
        uq3IoV99jMY7K/+iMPz/rqJLUv2B+WoPj4hZGbjLo0Zp/idNFTccs/KMhhvmJ0i5
        sMY+d+gjVY1ONkO71nqN+wk3UgedZ7RQ3BoXcPw2rbC2MVx12ljLoIKGUI04qSWq
        r4ZUApftPm0nZxX8B2shWKbBUaxBa+2E9/YWcq0CgYEArVmnwFQTJ9dDB+Wdf6uA
        TNPtvcOw6PDTzmc9uBwLx674Sm1gfqAzdrbmtbYI7Jh0Swc8Gpku8Gpvu32Ft8Jx
        G5KjEzugbNXPCU/U7hjNYPuY/HOVe+gbPxt3JexULGyIrbUv4c6QQ5BDJAk5qnWD
        yT3bPOp1Ao8hpFAHmnPT0jUCgYAGIMAx7pl9Df2Vpe8BWsQMgxQ4qzlWhLnSQ4NG
        v8lnktvgGxTX+hKCIdJjkLUfCSqnr7WkFPiprP09YvnlOp66Yw4HAsxLMvbCZhVO
        4lH/yJti119TonGIp6iLOtGo7R/CXs6IqTkuETJ55d+PVOZy9h4oLAVx00jESgDC
        NEeOyQKBgA2VdVAV6aykhxgRX63noi8WYT3KqlJLkQhYQ20Q5fgEAJV2bGEEJhu3
        oEoF7cxGcmLdcV5iiQPQWFcK3itocbECmPN8VZ+LElACAPYFLkBDaVBMIW2L8MJO
        5RYTn9JX7ek9FWsXKA2g+g8jucqaJeRcB8Pkj9qwL+Hhl0H3uefi
        -----END RSA PRIVATE KEY-----

        """
}
