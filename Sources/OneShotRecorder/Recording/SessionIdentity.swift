import Foundation
import NIOCore
import OneShotCore
import OneShotWire

/// Whose exchanges these are, as far as a connection tells.
struct SessionIdentity: Sendable {
    /// Of this client connection; the session's id where nothing better is known.
    let connection: String
    /// From the proxy credentials, or the one session that the recorder was told to use.
    var runID: RunID?

    func sessionID(agent: String?) -> String { runID?.description ?? agent ?? connection }

    /// A new name for a connection, unique and sortable by time.
    static func connectionName() -> String {
        RunID.generate(prefix: "conn").description + String(UInt32.random(in: .min ... .max), radix: 16)
    }

    /// The user name in `Proxy-Authorization: Basic …`.
    static func runID(in head: HTTPHead) -> RunID? {
        proxyCredentials(in: head).flatMap { RunID(String($0.prefix { $0 != ":" })) }
    }

    /// The password there: all that comes after the first colon.
    static func password(in head: HTTPHead) -> String? {
        proxyCredentials(in: head).flatMap { credentials in
            credentials.firstIndex(of: ":").map { String(credentials[credentials.index(after: $0)...]) }
        }
    }

    private static func proxyCredentials(in head: HTTPHead) -> String? {
        guard let value = head.first("proxy-authorization") else { return nil }
        let parts = value.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "basic", let bytes = Data(base64Encoded: String(parts[1]))
        else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The agent's own session id in a request's headers: Codex (two spellings, by version) and Claude Code.
    static func agentSession(in head: HTTPHead) -> String? {
        ["session-id", "session_id", "x-claude-code-session-id"].lazy.compactMap { head.first($0) }
            .first(where: isPlausible)
    }

    /// The same in a request's body: what Codex puts into `client_metadata`, else the Responses API's cache key.
    static func agentSession(in body: JSON) -> String? {
        [body["client_metadata"]?["session_id"]?.string, body["prompt_cache_key"]?.string].lazy.compactMap { $0 }
            .first(where: isPlausible)
    }

    /// The same in a request's body as it passed; a long one is looked at only where it begins and ends.
    static func agentSession(in body: CapturedBody) -> String? {
        let bytes = body.bytes
        guard bytes.containsBytes("\"prompt_cache_key\"") || bytes.containsBytes("\"client_metadata\"") else {
            return nil
        }
        if body.isWindowWhole {
            return (try? JSON(parsing: bytes.readableBytesView)).flatMap { agentSession(in: $0) }
        }
        // A part of a text is no JSON. But a key in quotes that are not escaped is no part of a string, and these are
        // the names of nothing else in a request to a model.
        return bytes.withUnsafeReadableBytes { text in
            let metadata = ByteSearch.firstIndex(of: Array("\"client_metadata\"".utf8), in: text)
            let session = metadata.flatMap { string(named: "session_id", in: .init(rebasing: text[$0...])) }
            return [session, string(named: "prompt_cache_key", in: text)].lazy.compactMap { $0 }.first(
                where: isPlausible
            )
        }
    }

    /// The string after the first `"name":`, as it is written.
    private static func string(named name: String, in text: UnsafeRawBufferPointer) -> String? {
        let key = Array("\"\(name)\"".utf8)
        guard let start = ByteSearch.firstIndex(of: key, in: text) else { return nil }
        let rest = text[(start + key.count)...].drop { $0 == 0x20 || $0 == UInt8(ascii: ":") }
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        return String(decoding: rest.dropFirst().prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }

    private static func isPlausible(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count) && id.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
