public import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
public import OneShotCore

/// A small HTTP server on 127.0.0.1 that answers as a test says and remembers what it was asked.
public final class LoopbackEndpoint: Sendable {
    public struct Request: Sendable {
        public var method: String
        public var path: String
        public var authorization: String?
        /// By their names in lower case.
        public var headers: [String: String]
        /// Null where there is none, or it is no JSON.
        public var body: JSON
    }

    public struct Answer: Sendable {
        public var status: Int
        public var body: String

        public init(_ status: Int, _ body: String) {
            self.status = status
            self.body = body
        }
    }

    /// `http://127.0.0.1:PORT`
    public let url: URL
    private let server: Task<[Request], Never>

    private init(url: URL, server: Task<[Request], Never>) {
        self.url = url
        self.server = server
    }

    /// A server that gives its answers in turn, the last one for ever.
    public static func start(answers: [Answer]) async throws -> LoopbackEndpoint {
        try await start { _, number in answers[min(number, answers.count) - 1] }
    }

    /// A server that has an answer for each path, and 404 for all others.
    public static func start(paths: [String: String]) async throws -> LoopbackEndpoint {
        try await start { request, _ in
            paths[request.path].map { Answer(200, $0) } ?? Answer(404, #"{"message": "Not Found"}"#)
        }
    }

    /// - Parameter answer: for a request and its number, from 1.
    public static func start(
        _ answer: @escaping @Sendable (Request, Int) -> Answer
    ) async throws -> LoopbackEndpoint {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        let log = Log(answer: answer)
        let server = Task {
            await withTaskCancellationHandler {
                try? await listener.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections {
                            group.addTask { try? await serve(connection, log) }
                        }
                    }
                }
                return await log.requests
            } onCancel: {
                listener.channel.close(promise: nil)
            }
        }
        var url = URLComponents()
        url.scheme = "http"
        url.host = "127.0.0.1"
        url.port = listener.channel.localAddress?.port
        return LoopbackEndpoint(url: url.url ?? URL(fileURLWithPath: "/"), server: server)
    }

    /// Ends the server.
    ///
    /// - Returns: what it was asked, in order.
    public func stop() async -> [Request] {
        server.cancel()
        return await server.value
    }

    private actor Log {
        var requests: [Request] = []
        private let answer: @Sendable (Request, Int) -> Answer

        init(answer: @escaping @Sendable (Request, Int) -> Answer) { self.answer = answer }

        func answer(to request: Request) -> Answer {
            requests.append(request)
            return answer(request, requests.count)
        }
    }

    private static func serve(
        _ connection: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>,
        _ log: Log
    ) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var request = Request(method: "", path: "", authorization: nil, headers: [:], body: .null)
            var body: [UInt8] = []
            for try await part in inbound {
                switch part {
                case .head(let head):
                    body = []
                    request = Request(
                        method: head.method.rawValue,
                        path: head.uri,
                        authorization: head.headers.first(name: "authorization"),
                        headers: Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }) { $1 },
                        body: .null
                    )
                case .body(let buffer): body += buffer.readableBytesView
                case .end:
                    request.body = (try? JSON(parsing: body)) ?? .null
                    let answer = await log.answer(to: request)
                    let headers = HTTPHeaders([("content-length", "\(answer.body.utf8.count)")])
                    let status = HTTPResponseStatus(statusCode: answer.status)
                    try await outbound.write(.head(.init(version: .http1_1, status: status, headers: headers)))
                    try await outbound.write(.body(.byteBuffer(ByteBuffer(string: answer.body))))
                    try await outbound.write(.end(nil))
                }
            }
        }
    }
}
