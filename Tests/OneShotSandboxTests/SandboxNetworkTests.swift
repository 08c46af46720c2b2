import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotSandbox

@Suite("Integration: a sandbox's network", .serialized, .timeLimit(.minutes(4)))
struct SandboxNetworkTests {
    @Test(
        "without a network, nothing answers: not the host's loopback, no name, no address",
        arguments: TestEngine.available
    )
    func none(engine: TestEngine) async throws {
        try await HostServers.run { servers in
            try await engine.withSandbox { sandbox, _ in
                let result = try await sandbox.run(["python3", "-c", probe, "\(servers.port)", servers.abstractName])
                #expect(result.text == "port: no\nname: no\naddress: no\nabstract: no\n", "\(result.errorText)")
                let devices = try await sandbox.run(["sh", "-c", "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"])
                #expect(devices.text == "lo\n")
            }
        }
    }

    @Test("the forwarded port leads to the socket, and nothing else leads anywhere", arguments: TestEngine.available)
    func forwarded(engine: TestEngine) async throws {
        try await HostServers.run { servers in
            let network = SandboxSpecification.Network.forwarded(port: 18080, path: servers.socket.path)
            try await engine.withSandbox(network: network) { sandbox, _ in
                let inside = try await sandbox.run(["python3", "-c", probe, "\(servers.port)", servers.abstractName])
                #expect(inside.text == "port: no\nname: no\naddress: no\nabstract: no\n")
                let echo = try await sandbox.run(["python3", "-c", echoClient, "18080"], timeout: .seconds(60))
                #expect(echo.text == "40 echoed\nkept open\n", "\(echo.errorText)")
                #expect(try await sandbox.run(["sh", "-c", "exit 9"]).exit == .code(9))
            }
        }
    }

    @Test(
        "other users of the host cannot use the socket, and it is ours again afterwards",
        arguments: TestEngine.available
    )
    func socketOwner(engine: TestEngine) async throws {
        try await HostServers.run { servers in
            let network = SandboxSpecification.Network.forwarded(port: 18080, path: servers.socket.path)
            try await engine.withSandbox(network: network) { sandbox, _ in
                _ = try await sandbox.run(["true"])
                var status = stat()
                #expect(lstat(servers.socket.path, &status) == 0)
                #expect(status.st_mode & 0o777 == 0o600)
            }
            var status = stat()
            #expect(lstat(servers.socket.path, &status) == 0)
            #expect(status.st_uid == geteuid())
        }
    }

    @Test("a socket that nobody serves closes the connection", arguments: TestEngine.available)
    func deadSocket(engine: TestEngine) async throws {
        try await withTemporaryDirectory { directory in
            let socket = directory.appendingPathComponent("dead.sock")
            let bind = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
            try await Command("python3", ["-c", bind, socket.path]).runChecked()
            let network = SandboxSpecification.Network.forwarded(port: 18080, path: socket.path)
            try await engine.withSandbox(network: network) { sandbox, _ in
                let client = "import socket; print(socket.create_connection(('127.0.0.1', 18080), 5).recv(1))"
                let result = try await sandbox.run(["python3", "-c", client])
                #expect(result.text == "b''\n")
            }
        }
    }
}

/// Servers on the host: an echo on a unix socket that only its owner may use, one on a loopback port, and one on an
/// abstract socket.
private struct HostServers: Sendable {
    var socket: URL
    var port: Int
    var abstractName: String

    static func run(_ body: @escaping @Sendable (HostServers) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let socket = directory.appendingPathComponent("echo.sock")
            let abstract = "oneshot-test-\(UInt32.random(in: .min ... .max))"
            let (stream, continuation) = AsyncStream.makeStream(of: Data.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await Command("python3", ["-c", echoServer, socket.path, abstract]).run { data, _ in
                        continuation.yield(data)
                    }
                }
                var lines = stream.makeAsyncIterator()
                let line = String(decoding: await lines.next() ?? Data(), as: UTF8.self)
                let port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)))
                try await body(HostServers(socket: socket, port: port, abstractName: abstract))
                group.cancelAll()
                while let result = await group.nextResult() {
                    if case .failure(let error) = result, !(error is CancellationError) { throw error }
                }
            }
        }
    }
}

private let echoServer = """
    import asyncio, os, socket, sys
    async def echo(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()
    async def main():
        os.umask(0o177)
        await asyncio.start_unix_server(echo, sys.argv[1], backlog=256)
        abstract = socket.socket(socket.AF_UNIX)
        abstract.bind("\\0" + sys.argv[2])
        abstract.listen()
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.sleep(600)
    asyncio.run(main())
    """

/// Tries everything that must not answer.
private let probe = """
    import socket, sys
    def say(name, attempt):
        try:
            attempt()
            print(name + ": YES")
        except OSError as error:
            print(name + ": no")
            print(name, error, file=sys.stderr)
    def connect(address):
        socket.create_connection(address, 3).close()
    say("port", lambda: connect(("127.0.0.1", int(sys.argv[1]))))
    say("name", lambda: socket.getaddrinfo("example.com", 443))
    say("address", lambda: connect(("192.0.2.1", 443)))
    say("abstract", lambda: socket.socket(socket.AF_UNIX).connect("\\0" + sys.argv[2]))
    """

/// Many connections at once, each with more than fits a buffer; then one that is quiet for a while and goes on.
private let echoClient = """
    import asyncio, hashlib, os, sys
    async def one(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        sent = os.urandom(700_000)
        async def send():
            writer.write(sent)
            await writer.drain()
            writer.write_eof()
        _, got = await asyncio.gather(send(), reader.read())
        writer.close()
        return got == sent
    async def main():
        port = int(sys.argv[1])
        quiet_reader, quiet = await asyncio.open_connection("127.0.0.1", port)
        quiet.write(b"a")
        assert await quiet_reader.read(1) == b"a"
        print(sum(await asyncio.gather(*[one(port) for _ in range(40)])), "echoed")
        await asyncio.sleep(1)
        quiet.write(b"b")
        assert await quiet_reader.read(1) == b"b"
        print("kept open")
    asyncio.run(main())
    """
