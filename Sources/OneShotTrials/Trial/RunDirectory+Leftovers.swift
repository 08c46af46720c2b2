public import Foundation
import OneShotCore

extension RunDirectory {
    /// Removes what programs that were ended have left in a workspace's runs and nobody needs: the work of interrupted
    /// trials, which `--resume` makes anew, and directories that were never whole. A run that somebody works on stays.
    ///
    /// - Returns: a name for each that was removed.
    public static func removeLeftovers(in runs: URL) async -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? []
        var removed: [String] = []
        for name in names.sorted() {
            let run = RunDirectory(runs.appendingPathComponent(name))
            let isPartial = name.hasPrefix(".") && name.hasSuffix(partialSuffix)
            guard isPartial || (has(run.record) && has(run.work)), let lock = try? FileLock.take(run.lock) else {
                continue
            }
            defer { lock.release() }
            if isPartial { await TreeCopy.remove(run.url) } else { await run.removeWork() }
            removed.append(isPartial ? "half-made run \(name)" : "work of run \(name)")
        }
        return removed
    }

    /// Removes files of which only a part was written. The caller holds the lock.
    func removeHalfWritten() {
        let places = [url] + attempts.flatMap { [$0.url, $0.artifacts, $0.logs] }
        for place in places {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
            for name in names where name.hasPrefix(".") && name.hasSuffix(".tmp") {
                unlink(place.appendingPathComponent(name).path)
            }
        }
    }

    private static func has(_ file: URL) -> Bool { FileManager.default.fileExists(atPath: file.path) }
}
