public import Foundation
import OneShotCore
import SwiftASN1
import X509

extension CertificateAuthority {
    private static let secretName = "oneshot-ca.pem"
    private static let certificateName = "oneshot-ca-cert.pem"

    /// The authority in `directory`; made there first where there is none. Two processes that do so at once end up
    /// with the same one.
    ///
    /// - Throws: ``RecorderError/authorityUnreadable(path:reason:)``,
    ///   ``RecorderError/authorityUnusable(path:reason:)``, `FileError`.
    public static func loadOrCreate(directory: URL = defaultDirectory()) throws -> CertificateAuthority {
        let secret = directory.appendingPathComponent(secretName)
        if !FileManager.default.fileExists(atPath: secret.path) { try create(secret) }
        return try load(secret, certificateURL: directory.appendingPathComponent(certificateName))
    }

    /// A new authority in `directory` that can vouch for the hosts that are read by default, and for no others.
    ///
    /// - Throws: ``RecorderError/authorityExists(path:)`` when there is one in the directory, `FileError`.
    public static func createForModelAPIs(in directory: URL) throws -> CertificateAuthority {
        let secret = directory.appendingPathComponent(secretName)
        guard !FileManager.default.fileExists(atPath: secret.path) else {
            throw RecorderError.authorityExists(path: secret.path)
        }
        try create(secret, for: ModelHosts.all)
        return try load(secret, certificateURL: directory.appendingPathComponent(certificateName))
    }

    /// mitmproxy's own authority, read from its directory (`~/.mitmproxy`) and left as it is.
    ///
    /// - Throws: ``RecorderError/authorityUnreadable(path:reason:)``,
    ///   ``RecorderError/authorityUnusable(path:reason:)``.
    public static func importing(mitmproxyDirectory directory: URL) throws -> CertificateAuthority {
        let certificateURL = directory.appendingPathComponent("mitmproxy-ca-cert.pem")
        return try load(
            directory.appendingPathComponent("mitmproxy-ca.pem"),
            certificateURL: certificateURL,
            writesCertificate: false
        )
    }

    private static func create(_ secret: URL, for hosts: [String]? = nil) throws {
        try AtomicFile.makeDirectory(secret.deletingLastPathComponent(), mode: 0o700)
        let made = try make(for: hosts)
        let text = try made.key.serializeAsPEM().pemString + "\n" + made.certificate.serializeAsPEM().pemString + "\n"
        let draft = secret.appendingPathExtension(UUID().uuidString)
        try AtomicFile.write(text, to: draft, mode: 0o600)
        defer { unlink(draft.path) }
        // A link, unlike a rename, leaves alone what another process has put there in the meantime.
        guard link(draft.path, secret.path) == 0 || errno == EEXIST else {
            throw FileError.unwritable(path: secret.path, reason: String(cString: strerror(errno)))
        }
    }

    private static func load(
        _ secret: URL,
        certificateURL: URL,
        writesCertificate: Bool = true
    ) throws -> CertificateAuthority {
        let text: String
        do {
            text = try String(contentsOf: secret, encoding: .utf8)
        } catch {
            let exists = FileManager.default.fileExists(atPath: secret.path)
            throw RecorderError.authorityUnreadable(
                path: secret.path,
                reason: exists ? "no permission" : "no such file"
            )
        }
        let authority: CertificateAuthority
        do {
            let documents = try PEMDocument.parseMultiple(pemString: text)
            guard let keyDocument = documents.first(where: { $0.discriminator.hasSuffix("PRIVATE KEY") }),
                let certificateDocument = documents.first(where: { $0.discriminator == "CERTIFICATE" })
            else {
                throw RecorderError.authorityUnusable(path: secret.path, reason: "it lacks a key or a certificate")
            }
            authority = try CertificateAuthority(
                certificateURL: certificateURL,
                certificate: Certificate(pemDocument: certificateDocument),
                key: Certificate.PrivateKey(pemDocument: keyDocument)
            )
        } catch let error as RecorderError {
            throw error
        } catch {
            throw RecorderError.authorityUnusable(path: secret.path, reason: "\(error)".firstLine)
        }
        guard authority.certificate.publicKey == authority.key.publicKey else {
            throw RecorderError.authorityUnusable(path: secret.path, reason: "its key belongs to another certificate")
        }
        guard authority.notValidAfter > Date() else {
            throw RecorderError.authorityUnusable(path: secret.path, reason: "it expired on \(authority.notValidAfter)")
        }
        if writesCertificate, (try? String(contentsOf: certificateURL, encoding: .utf8)) != authority.certificatePEM {
            try AtomicFile.write(authority.certificatePEM, to: certificateURL)
        }
        return authority
    }
}

extension String {
    /// For errors of libraries that explain themselves at length.
    var firstLine: String { String(split(separator: "\n", maxSplits: 1).first ?? "") }
}
