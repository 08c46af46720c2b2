import Foundation
import NIOCore
import NIOPosix

/// The little of an HTTP/1.1 client that is needed to ask a recorder on this machine how it does.
struct LocalHTTP: Sendable {
    struct Response: Sendable, Equatable {
        var status: Int
        var body: String
    }

    enum Failure: Error, Equatable, CustomStringConvertible {
        case refused
        case timedOut
        case malformed(String)

        var description: String {
            switch self {
            case .refused: "nothing listens there"
            case .timedOut: "no answer in time"
            case .malformed(let start): "no HTTP answer: \(start)"
            }
        }
    }

    var port: Int
    var timeout: Duration = .seconds(5)

    /// Sends a GET and reads the answer to its end.
    ///
    /// - Parameter target: a path, or an absolute URL when the server is a proxy.
    func get(_ target: String, host: String = "localhost", headers: [(String, String)] = []) async throws -> Response {
        try await send("GET", target, host: host, headers: headers)
    }

    /// The same with a POST that has no body.
    func post(_ target: String, host: String = "localhost", headers: [(String, String)] = []) async throws -> Response {
        try await send("POST", target, host: host, headers: headers + [("Content-Length", "0")])
    }

    private func send(
        _ method: String,
        _ target: String,
        host: String,
        headers: [(String, String)]
    ) async throws -> Response {
        let lines =
            ["\(method) \(target) HTTP/1.1", "Host: \(host)", "Connection: close"]
            + headers.map { "\($0.0): \($0.1)" }
        let request = lines.joined(separator: "\r\n") + "\r\n\r\n"
        let channel = try await connect()
        return try await within(timeout) {
            try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: request))
                var received = ByteBuffer()
                for try await part in inbound {
                    received.writeImmutableBuffer(part)
                    if let response = Self.parse(received, atEnd: false) { return response }
                }
                guard let response = Self.parse(received, atEnd: true) else {
                    throw Failure.malformed(String(String(buffer: received).prefix(60)))
                }
                return response
            }
        }
    }

    /// `Proxy-Authorization` with the run id under which our own exchanges are recorded.
    static func credentials(_ runID: String, token: String?) -> (String, String) {
        ("Proxy-Authorization", "Basic " + Data("\(runID):\(token ?? "oneshot")".utf8).base64EncodedString())
    }

    private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        do {
            return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.seconds(2))
                .connect(host: "127.0.0.1", port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch is NIOConnectionError {
            throw Failure.refused
        } catch is IOError {
            throw Failure.refused
        }
    }

    /// - Returns: nil while the response is not whole. One that does not say its length ends with the connection.
    static func parse(_ buffer: ByteBuffer, atEnd: Bool) -> Response? {
        let text = String(buffer: buffer)
        guard let headEnd = text.range(of: "\r\n\r\n") else { return nil }
        let head = text[..<headEnd.lowerBound].components(separatedBy: "\r\n")
        let words = head[0].split(separator: " ")
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { return nil }
        let body = text[headEnd.upperBound...]
        let length = head.dropFirst().first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) }
        guard atEnd || length.map({ body.utf8.count >= $0 }) ?? false else { return nil }
        return Response(status: status, body: String(body))
    }
}

/// Runs `body`, cancelling it when the time is up.
///
/// - Throws: `LocalHTTP.Failure.timedOut`.
func within<Value: Sendable>(
    _ timeout: Duration,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: timeout)
            throw LocalHTTP.Failure.timedOut
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
