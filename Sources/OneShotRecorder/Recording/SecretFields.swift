import Foundation
import OneShotCore
import OneShotWire

/// What is taken out before anything is stored: the credentials of client and server.
enum SecretFields {
    static let placeholder = "[REDACTED]"

    /// Headers that are never forwarded and never stored, not even by name.
    static let dropped: Set<String> = ["proxy-authorization", "proxy-connection"]

    private static let names: Set<String> = [
        "authorization", "cookie", "set-cookie", "x-api-key", "api-key", "x-goog-api-key", "statsig-api-key",
        "x-amz-security-token", "x-auth-token", "x-access-token", "x-csrf-token",
    ]
    private static let parameters: Set<String> = [
        "key", "api_key", "api-key", "apikey", "access_token", "refresh_token", "id_token", "token", "auth", "secret",
        "client_secret", "password", "sig", "signature", "x-amz-signature", "x-amz-credential", "x-amz-security-token",
    ]

    static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return names.contains(name) || name.hasSuffix("-api-key") || name.hasSuffix("-secret")
            || name.hasSuffix("-auth-token") || name.hasSuffix("-authorization")
    }

    /// `[[name, value], …]` in the order of the message.
    static func redacted(_ fields: [HTTPField]) -> JSON {
        .array(
            fields.compactMap { field in
                if dropped.contains(field.name.lowercased()) { return nil }
                return [.string(field.name), .string(isSecret(field.name) ? placeholder : field.value)]
            }
        )
    }

    /// The URL without the values of key-bearing query parameters.
    static func redacted(url: String) -> String {
        guard let mark = url.firstIndex(of: "?") else { return url }
        let parameters = url[url.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
            .map { parameter -> String in
                let name = parameter.prefix { $0 != "=" }
                let isSecret = Self.parameters.contains(name.lowercased()) && name.count < parameter.count
                return isSecret ? "\(name)=\(placeholder)" : String(parameter)
            }
        return url[...mark] + parameters.joined(separator: "&")
    }

    /// The values of a request's credentials, to be looked for in bodies: a tool that prints its environment sends
    /// the key to the model once more.
    static func values(in head: HTTPHead) -> [String] {
        var values: [String] = []
        for field in head.fields where isSecret(field.name) && !field.name.lowercased().hasSuffix("cookie") {
            let value = field.value.split(separator: " ").last.map(String.init) ?? field.value
            if value.utf8.count >= 12 { values.append(value) }
        }
        if let mark = head.target.firstIndex(of: "?") {
            for parameter in head.target[head.target.index(after: mark)...].split(separator: "&") {
                let parts = parameter.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parameters.contains(parts[0].lowercased()), parts[1].utf8.count >= 12 else {
                    continue
                }
                values.append(String(parts[1]))
            }
        }
        return values
    }

    static func removing(_ secrets: [String], from text: String?) -> String? {
        guard var text else { return nil }
        for secret in secrets where text.utf8.count >= secret.utf8.count {
            let isThere = text.withUTF8 { ByteSearch.contains(Array(secret.utf8), in: UnsafeRawBufferPointer($0)) }
            if isThere { text = text.replacing(secret, with: placeholder) }
        }
        return text
    }
}
