import Foundation
import OneShotCore
import OneShotTesting
import Testing

@Suite("A lock between processes", .timeLimit(.minutes(1)))
struct FileLockTests {
    @Test("has one exclusive holder, or any number of shared ones")
    func kinds() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("new/lock")
            let exclusive = try #require(try FileLock.take(file))
            #expect(try FileLock.take(file) == nil)
            #expect(try FileLock.take(file, .shared) == nil)
            exclusive.release()
            let first = try #require(try FileLock.take(file, .shared))
            let second = try #require(try FileLock.take(file, .shared))
            #expect(try FileLock.take(file) == nil)
            first.release()
            #expect(try FileLock.take(file) == nil)
            second.release()
            let last = try #require(try FileLock.take(file))
            last.release()
        }
    }

    @Test("is waited for, but not for ever")
    func waiting() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("lock")
            let held = try #require(try FileLock.take(file))
            #expect(try await FileLock.take(file, within: .milliseconds(50)) == nil)
            let waiter = Task { try await FileLock.take(file, within: .seconds(30)) != nil }
            held.release()
            #expect(try await waiter.value)
        }
    }
}
