import Foundation
import OneShotProcess
import OneShotTesting
import Testing

/// A home, a workspace and the `oneshot` that was built, for tests that use the program as a person does.
struct Bench: Sendable {
    /// The person's home; everything is below it.
    let home: URL
    let oneshot: URL
    var environment: [String: String?]

    var workspace: URL { home.appendingPathComponent("work") }
    var state: URL { workspace.appendingPathComponent("data/.oneshot") }

    /// Runs `oneshot` in the workspace.
    func callAsFunction(
        _ words: String...,
        in directory: URL? = nil,
        setting changes: [String: String?] = [:],
        input: String = ""
    ) async throws -> CommandResult {
        try await run(oneshot.path, words, in: directory, setting: changes, input: input)
    }

    func run(
        _ program: String,
        _ arguments: [String],
        in directory: URL? = nil,
        setting changes: [String: String?] = [:],
        input: String = ""
    ) async throws -> CommandResult {
        try await Command(
            program,
            arguments,
            environment: .inherited(changing: environment.merging(changes) { _, new in new }),
            directory: directory ?? workspace,
            input: Data(input.utf8),
            timeout: .seconds(100)
        ).run()
    }

    /// The rows of a query, as the `sqlite3` shell prints them.
    func rows(_ query: String, in database: String = "raw") async throws -> [String] {
        let file = workspace.appendingPathComponent("data/traces/v3/\(database)_synth_ai.db/traces.sqlite3")
        let result = try await Command("sqlite3", [file.path, query]).runChecked()
        return result.text.split(separator: "\n").map(String.init)
    }

    /// The recorder's state file, as far as tests look at it.
    struct Recorder: Decodable {
        struct Process: Decodable { var pid: Int32 }
        var process: Process
        var port: Int
    }

    func recorder(of workspace: URL? = nil) throws -> Recorder {
        let file = (workspace ?? self.workspace).appendingPathComponent("data/.oneshot/up.json")
        return try JSONDecoder().decode(Recorder.self, from: Data(contentsOf: file))
    }

    func makeWorkspace(_ name: String) throws -> URL {
        let url = home.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: url.appendingPathComponent("data"),
            withIntermediateDirectories: true
        )
        return url
    }
}

/// Runs `body` with a bench; what it has started is stopped afterwards.
func withBench(_ body: @Sendable (Bench) async throws -> Void) async throws {
    let oneshot = try #require(Tool.oneshot)
    try await withTemporaryDirectory { home in
        let bench = Bench(
            home: home,
            oneshot: oneshot,
            environment: [
                "HOME": home.path, "ONESHOT_HOME": home.appendingPathComponent(".oneshot").path,
                // Codex refuses a home below TMPDIR.
                "TMPDIR": home.appendingPathComponent("tmp").path,
                "CODEX_HOME": home.appendingPathComponent("codex").path,
                "CODEX_API_KEY": "placeholder", "ONESHOT_CODEX": Tool.codex?.path,
                "RUN_ID": nil, "ONESHOT_RUN_ID": nil, "ONESHOT": nil, "HTTPS_PROXY": nil, "https_proxy": nil,
                "HTTP_PROXY": nil, "http_proxy": nil, "ALL_PROXY": nil, "all_proxy": nil,
            ]
        )
        for name in ["tmp", "codex"] {
            try FileManager.default.createDirectory(
                at: home.appendingPathComponent(name),
                withIntermediateDirectories: true
            )
        }
        _ = try bench.makeWorkspace("work")
        let outcome: Result<Void, any Error>
        do {
            try await body(bench)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: home.path) {
            let directory = home.appendingPathComponent(name)
            guard FileManager.default.fileExists(atPath: directory.appendingPathComponent("data/.oneshot").path) else {
                continue
            }
            _ = try? await bench("down", in: directory)
        }
        try outcome.get()
    }
}

/// Runs `body` with the practice model; gives the `--upstream` word for it.
func withPracticeModel(
    _ script: String,
    _ bench: Bench,
    _ body: (String) async throws -> Void
) async throws {
    let file = bench.home.appendingPathComponent("script.json")
    try script.write(to: file, atomically: true, encoding: .utf8)
    let log = bench.home.appendingPathComponent("model.log")
    let serve = Command(bench.oneshot.path, ["model", "serve", file.path], directory: bench.home)
    let process = try #require(try serve.startDetached(log: log))
    defer { process.signal(SIGKILL) }
    var url: String?
    let isUp = try await eventually {
        url = try String(contentsOf: log, encoding: .utf8).firstMatch(of: /listening on (http:\/\/[0-9.:]+)/)
            .map { String($0.1) }
        return url != nil
    }
    #expect(isUp)
    try await body("api.openai.com=\(try #require(url))")
}

/// Looks again and again until something holds.
func eventually(within timeout: Duration = .seconds(20), _ holds: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + timeout
    while ContinuousClock.now < deadline {
        if try await holds() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}

/// Runs `body` while a small web server runs that sends a server-sent event every 50 ms, for ever, to each client.
func withEndlessOrigin(_ bench: Bench, _ body: (Int) async throws -> Void) async throws {
    let log = bench.home.appendingPathComponent("origin.log")
    let process = try #require(try Command("python3", ["-u", "-c", endlessOrigin]).startDetached(log: log))
    defer { process.signal(SIGKILL) }
    var port: Int?
    _ = try await eventually {
        port = Int(try String(contentsOf: log, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines))
        return port != nil
    }
    try await body(try #require(port))
}

private let endlessOrigin = """
    import http.server, socketserver, time
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def do_GET(self):
            if self.path == "/whole":
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", "5")
                self.end_headers()
                self.wfile.write(b"whole")
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            n = 0
            while True:
                self.wfile.write(b"data: %d\\n\\n" % n)
                self.wfile.flush()
                n += 1
                time.sleep(0.05)
        def log_message(self, *args): pass
    class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
        daemon_threads = True
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
    """
