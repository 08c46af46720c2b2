public import Foundation
import OneShotCore
public import OneShotProcess

/// The certificates that all programs of a system trust.
public protocol TrustStore: Sendable {
    /// Where it is, for a person.
    var place: String { get }
    func trusts(certificatePEM: String) async -> Bool
    /// - Throws: ``WorkbenchError/needsRoot(command:)``, ``WorkbenchError/noTrustStore(reason:)``, `ProcessError`.
    func install(certificate: URL, pem: String) async throws
    /// - Returns: whether it was there.
    func uninstall() async throws -> Bool
}

/// A store that is a directory of PEM files, from which a program makes the file that everyone reads.
public struct DirectoryTrustStore: TrustStore {
    /// Where an administrator's certificates go.
    public var directory: URL
    /// The file that is made of them.
    public var bundle: URL
    public var update: Command

    public init(directory: URL, bundle: URL, update: Command) {
        self.directory = directory
        self.bundle = bundle
        self.update = update
    }

    public var place: String { bundle.path }
    private var file: URL { directory.appendingPathComponent("oneshot.crt") }

    public func trusts(certificatePEM: String) async -> Bool {
        guard let text = try? String(contentsOf: bundle, encoding: .utf8) else { return false }
        return Self.body(text).contains(Self.body(certificatePEM))
    }

    public func install(certificate: URL, pem: String) async throws {
        let copy = "sudo cp \(Command.quote(certificate.path)) \(Command.quote(file.path))"
        try checkAccess(doing: "\(copy) && sudo \(update.line)")
        try AtomicFile.write(pem, to: file)
        try await update.runChecked()
    }

    public func uninstall() async throws -> Bool {
        guard FileManager.default.fileExists(atPath: file.path) else { return false }
        try checkAccess(doing: "sudo rm \(Command.quote(file.path)) && sudo \(update.line)")
        guard unlink(file.path) == 0 else {
            throw FileError.unwritable(path: file.path, reason: String(cString: strerror(errno)))
        }
        try await update.runChecked()
        return true
    }

    private func checkAccess(doing command: String) throws {
        guard access(directory.path, W_OK | X_OK) == 0 else {
            throw errno == ENOENT
                ? WorkbenchError.noTrustStore(reason: "\(directory.path) does not exist; install ca-certificates")
                : WorkbenchError.needsRoot(command: command)
        }
    }

    /// PEM files break their lines at different places.
    private static func body(_ pem: String) -> String {
        String(pem.filter { !$0.isNewline }).replacing("-----END CERTIFICATE-----", with: "-")
    }
}

/// The keychain of macOS, through its own `security` tool (`man security`, `add-trusted-cert`).
public struct KeychainTrustStore: TrustStore {
    private static let keychain = "/Library/Keychains/System.keychain"
    /// The certificate's file; the keychain is asked about files only.
    public var certificate: URL

    public init(certificate: URL) { self.certificate = certificate }

    public var place: String { Self.keychain }

    public func trusts(certificatePEM: String) async -> Bool {
        (try? await Command("security", ["verify-cert", "-c", certificate.path]).run().succeeded) ?? false
    }

    public func install(certificate: URL, pem: String) async throws {
        try await change(["add-trusted-cert", "-d", "-r", "trustRoot", "-k", Self.keychain, certificate.path])
    }

    public func uninstall() async throws -> Bool {
        guard await trusts(certificatePEM: "") else { return false }
        try await change(["remove-trusted-cert", "-d", certificate.path])
        return true
    }

    private func change(_ arguments: [String]) async throws {
        let command = Command("security", arguments)
        guard geteuid() == 0 else { throw WorkbenchError.needsRoot(command: "sudo \(command.line)") }
        try await command.runChecked()
    }
}

/// The trust store of this system.
public enum SystemTrustStore {
    /// - Throws: ``WorkbenchError/noTrustStore(reason:)`` for a system whose store we do not know.
    public static func find(certificate: URL) throws -> any TrustStore {
        #if os(macOS)
            return KeychainTrustStore(certificate: certificate)
        #else
            let known = [
                // Debian, Ubuntu, Alpine: update-ca-certificates(8).
                ("/usr/local/share/ca-certificates", "/etc/ssl/certs/ca-certificates.crt", "update-ca-certificates"),
                // Fedora, RHEL: update-ca-trust(8).
                ("/etc/pki/ca-trust/source/anchors", "/etc/pki/tls/certs/ca-bundle.crt", "update-ca-trust"),
            ]
            guard let (directory, bundle, update) = known.first(where: { isDirectory($0.0) }) else {
                throw WorkbenchError.noTrustStore(reason: "none of a known kind was found; install ca-certificates")
            }
            return DirectoryTrustStore(
                directory: URL(fileURLWithPath: directory),
                bundle: URL(fileURLWithPath: bundle),
                update: Command(update)
            )
        #endif
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }
}
