import Foundation
import OneShotCore
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotSandbox

@Suite("The watch on a sandbox's disk", .timeLimit(.minutes(1)))
struct DiskWatchTests {
    @Test("what is written past the limit stops the command, and says so")
    func limit() async throws {
        try await withTemporaryDirectory { directory in
            try Data(count: 3 << 20).write(to: directory.appendingPathComponent("big"))
            let stopped = Stop()
            let result = try await DiskWatch(places: [directory], limit: 1 << 20).during {
                await stopped.wait()
                return CommandResult(exit: .signal(SIGKILL))
            } stop: {
                await stopped.set()
            }
            #expect(result.exit == .signal(SIGXFSZ))
        }
    }

    @Test("what keeps within the limit is left alone")
    func within() async throws {
        try await withTemporaryDirectory { directory in
            let result = try await DiskWatch(places: [directory], limit: 1 << 30).during {
                CommandResult(exit: .code(7))
            } stop: {
                Issue.record("it was stopped")
            }
            #expect(result.exit == .code(7))
        }
    }

    @Test("where the machine's disk is full nothing begins, and nobody is to blame for it")
    func fullDisk() async throws {
        try await withTemporaryDirectory { directory in
            let watch = DiskWatch(places: [directory], limit: 1 << 30, leastFree: .max)
            let error = await #expect(throws: SandboxError.self) {
                try await watch.during {
                    CommandResult(exit: .code(0))
                } stop: {
                }
            }
            guard case .noSpace(directory.path, _, .max) = error else {
                return #expect(Bool(false), "\(error.debugDescription)")
            }
            #expect(error?.exitCode == .environment)
        }
    }
}

private actor Stop {
    private var isSet = false

    func set() { isSet = true }

    func wait() async {
        while !isSet { try? await Task.sleep(for: .milliseconds(10)) }
    }
}
