import NIOCore
import Testing

@testable import OneShotWorkbench

@Suite("Asking a server on this machine", .timeLimit(.minutes(1)))
struct LocalHTTPTests {
    @Test(
        "a response is whole when its length has come, or the connection has ended",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 200, "ok"),
            ("HTTP/1.1 404 Not Found\r\ncontent-length:0\r\n\r\n", false, 404, ""),
            ("HTTP/1.0 200\r\n\r\nall of it", true, 200, "all of it"),
        ]
    )
    func whole(text: String, atEnd: Bool, status: Int, body: String) {
        let response = LocalHTTP.parse(ByteBuffer(string: text), atEnd: atEnd)
        #expect(response == LocalHTTP.Response(status: status, body: body))
    }

    @Test(
        "what is not whole or no HTTP is no response",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", "SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nmore",
        ]
    )
    func partial(text: String) {
        #expect(LocalHTTP.parse(ByteBuffer(string: text), atEnd: false) == nil)
    }

    @Test("an origin of our own is asked and answers")
    func origin() async throws {
        let response = try await LoopbackOrigin.run(answering: "hello") { port in
            try await LocalHTTP(port: port).get("/")
        }
        #expect(response == LocalHTTP.Response(status: 200, body: "hello"))
    }

    @Test("a port on which nothing listens refuses at once")
    func refused() async throws {
        // No port that was free a moment ago: other tests take those.
        await #expect(throws: LocalHTTP.Failure.refused) { try await LocalHTTP(port: 1).get("/") }
    }
}
