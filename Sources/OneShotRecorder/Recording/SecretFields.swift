import Foundation
import OneShotCore
import OneShotWire

/// What is taken out before anything is stored: the credentials of client and server.
enum SecretFields {
    static let placeholder = "[REDACTED]"

    /// Headers that are never forwarded and never stored, not even by name.
    static let dropped: Set<String> = ["proxy-authorization", "proxy-connection"]

    private static let names: Set<String> = [
        "authorization", "cookie", "set-cookie", "x-api-key", "api-key", "apikey", "x-goog-api-key", "x-functions-key",
        "ocp-apim-subscription-key", "x-auth-key", "x-access-key", "x-secret-key", "dpop", "cf-access-jwt-assertion",
        "x-amzn-oidc-data", "x-goog-iap-jwt-assertion", "x-password",
    ]
    /// Every name that ends like this. `-tokens`, as rate limits have it, is not among them.
    private static let endings = [
        "-api-key", "-secret", "-token", "-authorization", "-subscription-key", "-access-key", "-auth-key",
    ]
    private static let parameters: Set<String> = [
        "key", "api_key", "api-key", "apikey", "x-api-key", "x-goog-api-key", "subscription-key", "access_key",
        "access-key", "accesskey", "secret_key", "secretkey", "private_key", "access_token", "access-token",
        "accesstoken", "refresh_token", "id_token", "session_token", "api_token", "api-token", "auth_token",
        "authtoken",
        "private_token", "token", "auth", "authorization", "bearer", "jwt", "secret", "client_secret",
        "client_assertion", "assertion", "code_verifier", "password", "passwd", "pwd", "credential", "credentials",
        "sig",
        "signature", "x-amz-signature", "x-amz-credential", "x-amz-security-token", "x-goog-signature",
        "x-goog-credential",
    ]
    /// Headers whose value is a URL.
    private static let addresses: Set<String> = ["location", "content-location", "referer"]
    /// How a browser hands its key to a WebSocket of OpenAI's: as the end of a subprotocol's name.
    private static let protocolPrefix = "openai-insecure-api-key."

    static func isSecret(_ name: String) -> Bool {
        if isOrdinary(name) { return false }
        let name = name.lowercased()
        return names.contains(name) || endings.contains { name.hasSuffix($0) }
    }

    /// The last two letters of all the names above: most fields of a message end in others and need no closer look.
    private static let lastLetters = Set(
        (names.union(dropped).union(addresses).union(endings).union(["sec-websocket-protocol"])).map(lastLetters)
    )

    private static func lastLetters(of name: String) -> UInt16 {
        name.utf8.suffix(2).reduce(0) { $0 << 8 | UInt16($1 | 0x20) }
    }

    /// Whether it is certain that a field of this name has nothing to do with secrets.
    private static func isOrdinary(_ name: String) -> Bool { !lastLetters.contains(lastLetters(of: name)) }

    /// `[[name, value], …]` in the order of the message.
    static func redacted(_ fields: [HTTPField]) -> JSON {
        .array(
            fields.compactMap { field in
                if isOrdinary(field.name) { return [.string(field.name), .string(field.value)] }
                let name = field.name.lowercased()
                if dropped.contains(name) { return nil }
                return [.string(field.name), .string(redacted(field.value, of: name))]
            }
        )
    }

    private static func redacted(_ value: String, of name: String) -> String {
        if isSecret(name) { return placeholder }
        if addresses.contains(name) { return redacted(url: value) }
        guard name == "sec-websocket-protocol", value.contains(protocolPrefix) else { return value }
        return value.split(separator: ",").map { element in
            let element = element.trimmingPrefix { $0 == " " }
            return element.hasPrefix(protocolPrefix) ? protocolPrefix + placeholder : String(element)
        }.joined(separator: ", ")
    }

    /// The URL without the values of key-bearing parameters, in its query as in its fragment.
    static func redacted(url: String) -> String {
        guard let mark = Parameter.start(in: url) else { return url }
        let all = Parameter.all(in: url[mark...])
        guard all.contains(where: isSecret) else { return url }
        var result = String(url[..<mark])
        for parameter in all {
            result += parameter.separator
            result += isSecret(parameter) ? "\(parameter.name)=\(placeholder)" : parameter.text
        }
        return result
    }

    private static func isSecret(_ parameter: Parameter) -> Bool {
        guard parameter.value != nil else { return false }
        var name = String(parameter.name)
        if name.utf8.contains(UInt8(ascii: "%")) { name = name.removingPercentEncoding ?? name }
        return parameters.contains(name.lowercased())
    }

    static func removing(_ secrets: [String], from text: String?) -> String? {
        guard var text else { return nil }
        for secret in secrets where text.containsBytes(secret) { text = text.replacing(secret, with: placeholder) }
        return text
    }
}

/// A piece of a URL's query or fragment, with the character before it.
private struct Parameter {
    let separator: Substring
    let text: Substring
    let name: Substring
    let value: Substring?

    private init(separator: Substring, text: Substring) {
        self.separator = separator
        self.text = text
        let mark = text.utf8.firstIndex(of: UInt8(ascii: "="))
        name = text[..<(mark ?? text.endIndex)]
        value = mark.map { text[text.utf8.index(after: $0)...] }
    }

    /// Where a URL's query or fragment begins.
    static func start(in url: String) -> String.Index? {
        url.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
    }

    /// - Parameter text: from the `?` or `#` on.
    static func all(in text: Substring) -> [Parameter] {
        var found: [Parameter] = []
        var rest = text
        while !rest.isEmpty {
            let start = rest.utf8.index(after: rest.startIndex)
            let end = rest[start...].utf8.firstIndex(where: isSeparator) ?? rest.endIndex
            found.append(Parameter(separator: rest[..<start], text: rest[start..<end]))
            rest = rest[end...]
        }
        return found
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { "?#&;".utf8.contains(byte) }
}

// MARK: - The values

extension SecretFields {
    /// A value that must not be stored, and where it stood.
    struct Credential: Hashable {
        /// A header's name, `cookie:NAME`, or `query:NAME`.
        var name: String
        var value: String
    }

    /// The credentials in a message's head, each value that somebody might look for: the token without its scheme, the
    /// password of basic authentication by itself, each cookie.
    static func credentials(in head: HTTPHead) -> [Credential] {
        var found: [Credential] = []
        for field in head.fields where !isOrdinary(field.name) {
            let name = field.name.lowercased()
            switch name {
            case "cookie": found += field.value.split(separator: ";").compactMap(cookie)
            case "set-cookie": found += [field.value.prefix { $0 != ";" }].compactMap(cookie)
            case "sec-websocket-protocol":
                for element in field.value.split(separator: ",") {
                    let element = element.trimmingPrefix { $0 == " " }
                    guard element.hasPrefix(protocolPrefix) else { continue }
                    found.append(Credential(name: name, value: String(element.dropFirst(protocolPrefix.count))))
                }
            case _ where addresses.contains(name): found += credentials(inURL: field.value)
            case _ where name == "proxy-authorization" || isSecret(name):
                let token =
                    field.value.utf8.split(separator: UInt8(ascii: " ")).last.flatMap(String.init) ?? field.value
                found.append(Credential(name: name, value: token))
                if let password = password(field.value) { found.append(Credential(name: name, value: password)) }
            default: break
            }
        }
        found += credentials(inURL: head.target)
        return found.filter { !$0.value.isEmpty }
    }

    /// Of a request's credentials the values to be looked for in bodies: a tool that prints its environment sends
    /// the key to the model once more. Cookies and short values occur by chance.
    static func values(in head: HTTPHead) -> [String] { values(of: credentials(in: head)) }

    static func values(of credentials: [Credential]) -> [String] {
        credentials.filter { credential in
            credential.value.utf8.count >= 12 && !credential.name.hasPrefix("cookie:")
                && credential.name != "proxy-authorization"
        }.map(\.value)
    }

    private static func cookie(_ pair: Substring) -> Credential? {
        let pair = pair.trimmingPrefix { $0 == " " }
        guard let mark = pair.firstIndex(of: "=") else { return nil }
        return Credential(name: "cookie:\(pair[..<mark])", value: String(pair[pair.index(after: mark)...]))
    }

    private static func credentials(inURL url: String) -> [Credential] {
        guard let mark = Parameter.start(in: url) else { return [] }
        return Parameter.all(in: url[mark...]).flatMap { parameter -> [Credential] in
            guard isSecret(parameter), let value = parameter.value.map(String.init) else { return [] }
            let name = "query:\(parameter.name)"
            let plain = value.utf8.contains(UInt8(ascii: "%")) ? value.removingPercentEncoding ?? value : value
            return [Credential(name: name, value: value)]
                + (plain == value ? [] : [Credential(name: name, value: plain)])
        }
    }

    /// Of `Basic …` (RFC 7617).
    private static func password(_ value: String) -> String? {
        guard value.utf8.first == UInt8(ascii: "B") || value.utf8.first == UInt8(ascii: "b") else { return nil }
        let parts = value.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "basic", let bytes = Data(base64Encoded: String(parts[1])),
            let mark = bytes.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        return String(decoding: bytes[bytes.index(after: mark)...], as: UTF8.self)
    }
}
