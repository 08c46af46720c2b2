import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1
public import OneShotCore

/// Requests to an API over HTTP: one bounded answer for one request, no redirects, and errors of one line without keys.
public struct APIConnection: Sendable {
    public struct Answer: Sendable {
        public var status: Int
        public var body: [UInt8]

        /// Nil where the body is no JSON.
        public var json: JSON? { try? JSON(parsing: body) }

        public init(status: Int, body: [UInt8]) {
            self.status = status
            self.body = body
        }
    }

    private let client: HTTPClient
    private let key: String?
    private let headers: [(String, String)]
    private let timeout: Duration

    private static let mostBytes = 16 << 20

    /// Runs `body` with a connection that ends with it.
    ///
    /// - Parameters:
    ///   - key: kept out of errors, and sent as a bearer token where there are no `headers`; nil for none.
    ///   - headers: sent with each request, in place of the bearer token.
    ///   - timeout: for one request.
    public static func with<Result: Sendable>(
        key: String?,
        headers: [(String, String)]? = nil,
        timeout: Duration = .seconds(60),
        _ body: (APIConnection) async throws -> Result
    ) async throws -> Result {
        var settings = HTTPClient.Configuration()
        // A host that cannot be reached is told at once, not when the time for an answer is up.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.redirectConfiguration = .disallow
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        do {
            let result = try await body(
                APIConnection(
                    client: client,
                    key: key,
                    headers: headers ?? key.map { [("authorization", "Bearer \($0)")] } ?? [],
                    timeout: timeout
                )
            )
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// - Parameters:
    ///   - body: nil for a GET.
    ///   - accept: the kind of answer that is asked for.
    /// - Returns: the answer, whatever its status.
    /// - Throws: ``ClientError/unreachable(host:reason:)``, `CancellationError`.
    public func send(_ url: URL, body: JSON? = nil, accept: String = "application/json") async throws -> Answer {
        try Task.checkCancellation()
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = body == nil ? .GET : .POST
        request.headers.add(name: "user-agent", value: "oneshot")
        request.headers.add(name: "accept", value: accept)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.compactText))
        }
        do {
            let response = try await client.execute(request, timeout: .milliseconds(Int64(timeout / .milliseconds(1))))
            let body = try await response.body.collect(upTo: Self.mostBytes)
            return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
        } catch {
            try Task.checkCancellation()
            throw ClientError.unreachable(host: Self.name(of: url), reason: line("\(error)"))
        }
    }

    /// Host and port, for people.
    public static func name(of url: URL) -> String {
        (url.host ?? url.absoluteString) + (url.port.map { ":\($0)" } ?? "")
    }

    /// One line without the key.
    public func line(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(300)
        return key.map { String(line).replacing($0, with: "[key]") } ?? String(line)
    }
}
