import Foundation
import OneShotCore
import OneShotTesting
import Synchronization
import Testing

@testable import OneShotStore
@testable import OneShotWorkbench

@Suite("Logs")
struct LogTests {
    private func append(_ text: String, to url: URL) throws {
        if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
        let handle = try FileHandle(forWritingTo: url)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    @Test("are read line by line, whole lines only")
    func wholeLines() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("proxy.log")
            var reader = LogReader(url)
            #expect(reader.newLines() == [])
            try append("one\ntw", to: url)
            #expect(reader.newLines() == ["one"])
            try append("o\nthree\n", to: url)
            #expect(reader.newLines() == ["two", "three"])
            #expect(reader.newLines() == [])
        }
    }

    @Test("that were moved aside are read from their new beginning")
    func rotated() async throws {
        try await withTemporaryDirectory { directory in
            let url = directory.appendingPathComponent("proxy.log")
            try append("old line\n", to: url)
            var reader = LogReader(url)
            _ = reader.newLines()
            LogFile.rotate(url, above: 3)
            try append("new\n", to: url)
            #expect(reader.newLines() == ["new"])
            #expect(try String(contentsOfFile: url.path + ".1", encoding: .utf8) == "old line\n")
        }
    }

    @Test("are shown with their last lines, and with their names where there are several")
    func view() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            try AtomicFile.makeDirectory(workspace.logs)
            try append("1\n2\n3\n", to: workspace.proxyLog)
            try append("a\n", to: workspace.cleanerLog)
            let shown = Mutex<[String]>([])
            try await LogView(workspace: workspace, tail: 2).run(following: false) { line in
                shown.withLock { $0.append(line) }
            }
            #expect(shown.withLock { $0 } == ["proxy   | 2", "proxy   | 3", "cleaner | a"])
            let found = try await LogView(workspace: workspace, files: [.mcp]).run(following: false) { _ in }
            #expect(!found)
        }
    }

    @Test("name an exchange's session, request, outcome, time and size in one line")
    func exchange() {
        let exchange = ExchangeSummary(
            id: 1,
            startedAtMs: 1_795_355_100_000,
            endedAtMs: 1_795_355_101_250,
            method: "POST",
            url: "https://api.openai.com/v1/responses",
            state: .cut,
            cutBy: "client",
            sessionID: "run-42",
            status: 200,
            responseBytes: 8213
        )
        #expect(
            ExchangeLog.line(exchange)
                == "2026-11-22T13:45:01.250Z run-42 POST https://api.openai.com/v1/responses 200 cut by client 1.2 s 8213 bytes"
        )
    }
}
