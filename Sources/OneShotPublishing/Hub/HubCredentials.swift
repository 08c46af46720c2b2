public import Foundation

/// The Hub's address and the person's token for it.
public struct HubCredentials: Sendable {
    /// Without a slash at its end.
    public let endpoint: String
    /// Never printed, and sent to ``endpoint`` alone.
    let token: String

    /// As the Hub's own clients find them: `HF_ENDPOINT`; `HF_TOKEN`, else the file `HF_TOKEN_PATH`, else `token` in
    /// `HF_HOME` (default `~/.cache/huggingface`).
    ///
    /// - Throws: ``PublishingError/badEndpoint(text:)``, ``PublishingError/noToken``.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        var endpoint = environment["HF_ENDPOINT"].flatMap { $0.isEmpty ? nil : $0 } ?? "https://huggingface.co"
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        guard let url = URL(string: endpoint), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false else {
            throw PublishingError.badEndpoint(text: endpoint)
        }
        self.endpoint = endpoint
        let home = environment["HF_HOME"] ?? "\(environment["HOME"] ?? NSHomeDirectory())/.cache/huggingface"
        let file = environment["HF_TOKEN_PATH"] ?? "\(home)/token"
        let token = environment["HF_TOKEN"] ?? (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        self.token = token.trimmingCharacters(in: .whitespacesAndNewlines)
        // A line end in a header would be another header.
        guard !self.token.isEmpty, self.token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw PublishingError.noToken
        }
    }
}
