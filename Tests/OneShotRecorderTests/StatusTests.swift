import Foundation
import OneShotStore
import Testing

@testable import OneShotRecorder

@Suite("A recorder in numbers", .timeLimit(.minutes(1)))
struct StatusTests {
    @Test("the rate is that of the last ten seconds, gaps included")
    func rate() {
        let activity = RecorderActivity()
        #expect(activity.exchangesPerSecond(nowMs: 5_000) == 0)
        for index in 0..<20 { activity.began(nowMs: 100_000 + Int64(index) * 100) }
        #expect(activity.exchangesPerSecond(nowMs: 101_900) == 2)
        #expect(activity.exchangesPerSecond(nowMs: 109_999) == 2)
        #expect(activity.exchangesPerSecond(nowMs: 110_000) == 1)
        #expect(activity.exchangesPerSecond(nowMs: 111_000) == 0)
        activity.began(nowMs: 500_000)
        #expect(activity.exchangesPerSecond(nowMs: 500_500) == 0.1)
        // A clock that is set back changes nothing.
        activity.began(nowMs: 400_000)
        #expect(activity.exchangesPerSecond(nowMs: 500_500) == 0.2)
    }

    @Test("bytes, exchanges, memory and the database are counted")
    func counts() async throws {
        let body = String(repeating: "x", count: 5000)
        try await Bench.run(respond: { _ in Answers.json("\"\(body)\"") }) { bench in
            let client = try await bench.client(runID: "run-1")
            try await client.send(Answers.post("/v1/responses", "{}"))
            try await client.read(until: "xxx\"")
            try await bench.rows(1) { $0.state == .complete }
            let status = await bench.running.status()
            #expect(status.bytesOut > 5000)
            #expect(status.bytesIn > 50 && status.bytesIn < 5000)
            #expect(status.databaseBytes > 0)
            #expect(status.exchangesPerSecond >= 0)
            #expect(status.uptimeSeconds >= 0)
            #expect(status.lost == 0)
            #if os(Linux)
                #expect((status.residentBytes ?? 0) > 1 << 20)
            #endif
            let data = try JSONEncoder().encode(status)
            #expect(try JSONDecoder().decode(RecorderStatus.self, from: data) == status)
        }
    }
}
