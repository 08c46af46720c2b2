import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite("A run that was killed before it was one", .timeLimit(.minutes(1)))
struct HalfMadeRunTests {
    @Test("goes when runs are listed, and only when its maker has ended")
    func listing() async throws {
        try await withTemporaryDirectory { runs in
            let ended = try await Command("sh", ["-c", "echo $$"]).runChecked().text
            let dead = runs.appendingPathComponent(".a_1.\(ended.trimmingCharacters(in: .newlines)).partial")
            let alive = RunDirectory.halfMade("b_1", in: runs)
            let others = runs.appendingPathComponent(".c.partial")
            for directory in [dead, alive.url, others] {
                try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
                try Data("half".utf8).write(to: directory.appendingPathComponent(".trial.json.1.tmp"))
            }
            #expect(try RunDirectory.list(in: runs, unfinished: true).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: dead.path))
            #expect(FileManager.default.fileExists(atPath: alive.url.path))
            #expect(FileManager.default.fileExists(atPath: others.path))
        }
    }
}
