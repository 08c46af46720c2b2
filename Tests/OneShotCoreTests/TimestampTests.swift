import Foundation
import OneShotCore
import OneShotTesting
import Testing

@Suite("Points in time and own directories")
struct TimestampTests {
    private let date = Date(timeIntervalSince1970: 1_795_355_101.25)

    @Test("a point in time is written in full, in UTC")
    func iso() {
        #expect(Timestamp.iso(date) == "2026-11-22T13:45:01.250Z")
        #expect(Timestamp.iso(milliseconds: 1_795_355_101_250) == "2026-11-22T13:45:01.250Z")
        #expect(Timestamp.compact(date) == "20261122_134501")
        for milliseconds in Int64(1_795_355_101_000)..<1_795_355_102_000 {
            #expect(Timestamp.milliseconds(iso: Timestamp.iso(milliseconds: milliseconds)) == milliseconds)
        }
    }

    @Test("a directory of ours inside a repository ignores itself; its parents are like any other")
    func ownDirectory() async throws {
        try await withTemporaryDirectory { directory in
            let workspace = Workspace(root: directory)
            try workspace.makeOwnDirectory(workspace.runs)
            #expect(!FileManager.default.fileExists(atPath: workspace.runs.appendingPathComponent(".gitignore").path))
            try FileManager.default.createDirectory(
                at: directory.appendingPathComponent(".git"),
                withIntermediateDirectories: false
            )
            try workspace.makeOwnDirectory(workspace.state, mode: 0o700)
            let ignore = workspace.state.appendingPathComponent(".gitignore")
            #expect(try String(contentsOf: ignore, encoding: .utf8) == "*\n")
            let mode = try FileManager.default.attributesOfItem(atPath: workspace.data.path)[.posixPermissions] as? Int
            #expect(mode == 0o755)
        }
    }
}
