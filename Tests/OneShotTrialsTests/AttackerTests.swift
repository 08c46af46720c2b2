import Foundation
import OneShotCore
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotTrials

/// What an agent reaches that looks for more than its task.
@Suite(
    "Integration: attacks from inside a trial",
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct AttackerTests {
    private static let task = FixtureTask(
        rubric: "# Rubric: calc\n## adds (weight: 1)\nIt adds.\n- tests: test_adds\n"
    )

    @Test("the recorder leads to the model and to nothing else", arguments: TestEngine.available)
    func recorder(engine: TestEngine) async throws {
        let key = "sk-" + UUID().uuidString
        try await HostService.run { service in
            let upstream = try #require(URL(string: "http://127.0.0.1:\(service.port)/model"))
            let environment = ["OPENAI_API_KEY": key, "ONESHOT_SECRET_OF_HOST": "of-the-host"]
            try await TrialHarness.with(engine, task: Self.task, environment: environment) { harness in
                let (results, directory) = try await harness.run(
                    .command(
                        "cat >/tmp/a.py <<'END'\n\(outside)\nEND\npython3 /tmp/a.py \(service.port) \(service.secondPort)"
                    ),
                    upstreams: ["api.openai.com": upstream]
                )
                let log = try harness.log(directory)
                #expect(log.hasSuffix("the model answers\nend\n"), "\(log)")
                #expect(!log.contains(key) && !log.contains(harness.workspace.root.path))
                #expect(results.outcome == .scored)
            }
            // The model was asked once, with the real key; the other service never.
            let heard = try String(contentsOf: service.log, encoding: .utf8)
            #expect(heard.contains("Bearer \(key)"), "\(heard)")
            #expect(!heard.contains("second"), "\(heard)")
        }
    }

    @Test("neither the key nor the host's environment or files are anywhere inside", arguments: TestEngine.available)
    func secrets(engine: TestEngine) async throws {
        let key = "sk-" + UUID().uuidString
        setenv("ONESHOT_TEST_HOST_SECRET", "of-the-host-\(key)", 1)
        defer { unsetenv("ONESHOT_TEST_HOST_SECRET") }
        let upstream = try #require(URL(string: "http://127.0.0.1:9"))
        try await TrialHarness.with(engine, task: Self.task, environment: ["OPENAI_API_KEY": key]) { harness in
            let root = harness.workspace.root.path
            let search = """
                secret=$(printf '%s' '\(String(key.reversed()))' | rev)
                tr '\\0' '\\n' </proc/self/environ | grep -F "$secret"
                for process in /proc/[0-9]*; do
                    { tr '\\0' '\\n' <$process/environ; } 2>/dev/null | grep -F "$secret"
                done
                grep -rlF "$secret" /workspace /task /opt /home /tmp /run /etc /var /dev/shm 2>/dev/null
                ls -d '\(root)' '\(NSHomeDirectory())/.ssh' 2>/dev/null
                env | grep -E 'ONESHOT_TEST|^(XDG|SSH|GITHUB|AWS)_'
                grep -rlF '\(root)' /workspace /task /opt/agent /home /tmp /run /etc 2>/dev/null
                cat /proc/[0-9]*/mountinfo /proc/[0-9]*/mounts /proc/[0-9]*/mountstats 2>/dev/null |
                    grep -E '\(root)|\(NSHomeDirectory())|/runs/'
                find / \\( -name 'rubric*' -o -name 'test_skeleton*' -o -name tb_meta.json -o -name 'traces.sqlite3*' \\
                    -o -name 'results.json' -o -name '*.key' -o -name 'ca-key*' \\) -not -path '/proc/*' \\
                    -not -path '/usr/*' 2>/dev/null
                echo end
                """
            let (_, directory) = try await harness.run(.command(search), upstreams: ["api.openai.com": upstream])
            let log = try harness.log(directory)
            #expect(log == "end\n")
        }
    }

    @Test("a trial that runs at the same time cannot be seen, reached or harmed", arguments: TestEngine.available)
    func otherTrial(engine: TestEngine) async throws {
        try await TrialHarness.with(engine, task: Self.task) { harness in
            async let victim = harness.run(.command("cat >/tmp/v.py <<'END'\n\(victim)\nEND\npython3 /tmp/v.py"))
            let mark = ".work/workspace/up-of-the-victim"
            let files = FileManager.default
            let runs = harness.workspace.runs.path
            while (try? files.contentsOfDirectory(atPath: runs))?.contains(where: { run in
                files.fileExists(atPath: "\(runs)/\(run)/\(mark)")
            }) != true {
                try await Task.sleep(for: .milliseconds(20))
            }
            let (_, directory) = try await harness.run(
                .command("cat >/tmp/n.py <<'END'\n\(neighbour)\nEND\npython3 /tmp/n.py")
            )
            let seen = try harness.log(directory)
            #expect(seen == "end\n")
            let (results, victimDirectory) = try await victim
            #expect(results.exitCode == 0)
            let log = try harness.log(victimDirectory)
            #expect(log == "unharmed\n")
        }
    }
}

/// A service on the host's loopback that is the model at `/model` on its first port, and none of a trial's business on
/// its second. It writes down who asked.
private struct HostService: Sendable {
    var port: Int
    var secondPort: Int
    var log: URL

    static func run(_ body: @escaping @Sendable (HostService) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let log = directory.appendingPathComponent("heard")
            try Data().write(to: log)
            let (stream, continuation) = AsyncStream.makeStream(of: Data.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { continuation.finish() }
                    _ = try await Command("python3", ["-c", service, log.path]).run { data, _ in
                        continuation.yield(data)
                    }
                }
                var pieces = stream.makeAsyncIterator()
                var line = Data()
                while !line.contains(UInt8(ascii: "\n")), let piece = await pieces.next() { line += piece }
                let ports = String(decoding: line, as: UTF8.self)
                    .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
                try #require(ports.count == 2)
                try await body(HostService(port: ports[0], secondPort: ports[1], log: log))
                group.cancelAll()
                while let result = await group.nextResult() {
                    if case .failure(let error) = result, !(error is CancellationError) { throw error }
                }
            }
        }
    }
}

private let service = """
    import http.server, sys, threading
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            which = "first" if self.server.server_port == first.server_port else "second"
            with open(sys.argv[1], "a") as log:
                log.write("%s %s %s\\n" % (which, self.requestline, self.headers.get("Authorization")))
            body = b"the model answers"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        do_GET = do_POST = do_CONNECT = answer
        def log_message(self, *words): pass
    first = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    second = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=second.serve_forever, daemon=True).start()
    print(first.server_port, second.server_port, flush=True)
    first.serve_forever()
    """

/// Prints what it has reached.
private let outside = """
    import os, socket, ssl, sys
    first, second = sys.argv[1:]
    def say(name, data):
        print(name, data[:300], flush=True)
    def direct(host, port):
        try:
            socket.create_connection((host, int(port)), 2).close()
            say("direct", host)
        except OSError:
            pass
    for host in ("127.0.0.1", "::1", "0.0.0.0", "192.0.2.1", "169.254.169.254", "10.0.2.2", "1.1.1.1"):
        for port in (first, second, "80", "443"):
            direct(host, port)
    for name in ("example.com", "localhost.localdomain", "host.containers.internal", "host.docker.internal"):
        try:
            say("name", socket.getaddrinfo(name, 443)[0][4][0])
        except OSError:
            pass
    try:
        resolver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        resolver.settimeout(1)
        resolver.sendto(b"x", ("1.1.1.1", 53))
        say("resolver", "sent")
    except OSError:
        pass

    def ask(text, proxy=("127.0.0.1", 18080)):
        connection = socket.create_connection(proxy, 10)
        connection.settimeout(10)
        connection.sendall(text.encode())
        data = b""
        try:
            while b"\\r\\n\\r\\n" not in data or len(data) < 200:
                piece = connection.recv(65536)
                if not piece:
                    break
                data += piece
        except OSError:
            pass
        connection.close()
        return data.decode(errors="replace")

    names = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "2130706433", "127.0.0.1.nip.io", "[::ffff:127.0.0.1]"]
    targets = ["%s:%s" % (name, port) for name in names for port in (first, second)]
    targets += ["example.com:443", "169.254.169.254:80", "api.openai.com.example.com:443", "127.0.0.1:18080"]
    user = os.environ["HTTPS_PROXY"].split("//")[1].split(":")[0]
    for target in targets:
        answer = ask("CONNECT %s HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n" % (target, target))
        if " 200 " in answer.split("\\n")[0]:
            say("CONNECT " + target, answer)
        answer = ask("GET http://%s/model HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n" % (target, target))
        if " 200 " in answer.split("\\n")[0]:
            say("GET " + target, answer)
    # Another session's budget, the recorder's own pages, a loop through itself.
    for path in ("/", "/health", "/sessions/%s/budget" % user, "/sessions/other/budget", "/metrics", "/traces.sqlite3",
                 "/../../etc/passwd", "/cert/../health"):
        for method in ("GET", "POST"):
            answer = ask("%s %s HTTP/1.1\\r\\nHost: 127.0.0.1:18080\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n" % (method, path))
            if " 200 " in answer.split("\\n")[0] and answer.split("\\r\\n\\r\\n")[-1].strip() != '{"status":"ok"}':
                say(path, answer)
    # The model, under another session's name and with a key of our own: neither counts.
    import urllib.request
    os.environ.pop("NO_PROXY"), os.environ.pop("no_proxy")
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            os.environ[name] = "http://other-session:x@127.0.0.1:18080"
    request = urllib.request.Request("https://api.openai.com/v1/models", headers={"Authorization": "Bearer mine"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        print(answer.read().decode())
    print("end")
    """

/// Can be found in every way that one process finds another.
private let victim = """
    import os, socket, time
    os.chmod("/tmp", 0o777)
    with open("/tmp/secret-of-the-victim", "w") as file: file.write("secret-of-the-victim")
    with open("secret-of-the-victim", "w") as file: file.write("secret-of-the-victim")
    with open("/dev/shm/secret-of-the-victim", "w") as file: file.write("secret-of-the-victim")
    os.mkfifo("/tmp/pipe-of-the-victim")
    listeners = []
    for family, address in ((socket.AF_INET, ("127.0.0.1", 18999)), (socket.AF_UNIX, "\\0victim"),
                            (socket.AF_UNIX, "/tmp/victim.sock")):
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen()
        listener.setblocking(False)
        listeners.append(listener)
    open("up-of-the-victim", "w").close()
    time.sleep(5)
    for listener in listeners:
        try:
            listener.accept()
            print("somebody came")
        except BlockingIOError:
            pass
    print("unharmed")
    """

private let neighbour = """
    import ctypes, os, signal, socket
    for family, address in ((socket.AF_INET, ("127.0.0.1", 18999)), (socket.AF_UNIX, "\\0victim"),
                            (socket.AF_UNIX, "/tmp/victim.sock")):
        try:
            socket.socket(family).connect(address)
            print("connected", address)
        except OSError:
            pass
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid) as file:
                if "/tmp/" + "v.py" in file.read():
                    print("seen", pid)
        except OSError:
            pass
    for top, directories, files in os.walk("/"):
        if top.startswith(("/proc", "/sys")):
            directories.clear()
        for name in files:
            if "of-the-victim" in name:
                print("found", top, name)
    libc = ctypes.CDLL(None)
    for key in range(1, 64):  # System V shared memory, by number
        if libc.shmat(key, None, 0) != -1:
            print("shared memory")
    for pid in range(2, 100000):
        if pid not in (os.getpid(), os.getppid()):
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
    print("end")
    """
