import Foundation
public import Logging
import OneShotCore
import OneShotStore

/// A proxy that forwards what it is given, byte for byte, and keeps a record of it.
public enum Recorder {
    /// Runs a recorder for as long as `body` runs. The sockets, the connections and the database are closed when it
    /// returns, throws or is cancelled; what was still in flight is recorded as cut by the recorder.
    ///
    /// - Throws: ``RecorderError``, `StoreError`, and what `body` throws.
    public static func run<Result>(
        _ configuration: RecorderConfiguration,
        logger: Logger = Logger(label: "oneshot.recorder") { _ in SwiftLogNoOpLogHandler() },
        isolation: isolated (any Actor)? = #isolation,
        _ body: (RunningRecorder) async throws -> Result
    ) async throws -> Result {
        let store = try openStore(configuration.database)
        let writer = ExchangeWriter(
            store: store,
            database: configuration.database,
            fingerprintKey: configuration.fingerprintKey,
            logger: logger
        )
        let running = RunningRecorder(core: try RecorderCore(configuration, writer: writer, logger: logger))
        // This looks unstructured and is not: it is awaited below on every path. A child task would be cancelled
        // with its parent, and then could no longer write what the end of the connections brings.
        let writing = Task {
            var desk = WritingDesk(writer)
            await desk.run()
        }
        await writer.waitForStart()
        do {
            try await running.listen()
            let result = try await body(running)
            await running.stop()
            await writing.value
            await writer.store?.foldLog()
            return result
        } catch {
            await running.stop()
            await writing.value
            await writer.store?.foldLog()
            throw error
        }
    }

    /// - Returns: nil while another process holds the lock. Then the writer opens the database once that is over, and
    ///   changes go to the spool until then.
    private static func openStore(_ database: URL) throws -> RawStore? {
        do {
            return try RawStore.openForWriting(database, patience: .seconds(2))
        } catch StoreError.locked where RawStore.isUpToDate(database) {
            return nil
        }
    }
}
