/// What a server agreed to with `Sec-WebSocket-Extensions: permessage-deflate; …` (RFC 7692, section 7.1).
public struct PermessageDeflate: Sendable, Equatable {
    /// The server's messages stand alone.
    public var serverNoContextTakeover: Bool
    /// The client's messages stand alone.
    public var clientNoContextTakeover: Bool

    public init(serverNoContextTakeover: Bool = false, clientNoContextTakeover: Bool = false) {
        self.serverNoContextTakeover = serverNoContextTakeover
        self.clientNoContextTakeover = clientNoContextTakeover
    }

    /// - Parameter head: the server's 101 response.
    /// - Returns: nil where the extension was not agreed on.
    public init?(response head: HTTPHead) {
        let extensions = head.tokens("sec-websocket-extensions")
            .map { $0.split(separator: ";").map { $0.trimmingBlanks() } }
        guard let parameters = extensions.first(where: { $0.first == "permessage-deflate" }) else { return nil }
        self.init(
            serverNoContextTakeover: parameters.contains("server_no_context_takeover"),
            clientNoContextTakeover: parameters.contains("client_no_context_takeover")
        )
    }
}
