import Foundation
import OneShotSessions
import OneShotTesting
import Testing

@testable import OneShotTrials

@Suite(
    "Integration: what a person denies",
    .enabled(if: TestEngine.available.contains(.local), "no local engine: bubblewrap is not installed"),
    .timeLimit(.minutes(2))
)
struct TrialRedactionTests {
    @Test("stays out of a trial's logs, like the key that the trial was given")
    func denied() async throws {
        let name = "bluebird" + "-7"
        let key = "practice" + "-key"
        try await TrialHarness.with(.local, environment: ["OPENAI_API_KEY": key]) { harness in
            var policy = try await RedactionPolicy.load(harness.workspace)
            try policy.deny(text: name, reason: "an unannounced product")
            let (_, directory) = try await harness.run(.command("echo for \(name) with \(key)"))
            let log = try harness.log(directory)
            #expect(log == "for [REDACTED:known-secret:1] with [REDACTED:known-secret:2]\n")
            #expect(!log.contains(name))
            #expect(!log.contains(key))
        }
    }
}
