public import Foundation
import OneShotCore

extension RunDirectory {
    /// Removes what programs that were ended have left in a workspace's runs and nobody needs: the work of interrupted
    /// trials, which `--resume` makes anew, and directories that were never whole. A run that somebody works on stays.
    ///
    /// - Returns: a name for each that was removed.
    public static func removeLeftovers(in runs: URL) async -> [String] {
        var removed = removeHalfMade(in: runs).map { "half-made run \($0)" }
        for name in names(in: runs) {
            let run = RunDirectory(runs.appendingPathComponent(name))
            guard has(run.record), has(run.work), let lock = try? FileLock.take(run.lock) else { continue }
            defer { lock.release() }
            await run.removeWork()
            removed.append("work of run \(name)")
        }
        return removed
    }

    /// The directory that becomes the run `name`, below `runs`. Its name tells who is making it.
    static func halfMade(_ name: String, in runs: URL) -> RunDirectory {
        RunDirectory(runs.appendingPathComponent(".\(name).\(getpid())\(halfMadeSuffix)"))
    }

    /// Removes directories that never became a run, since whoever was making them was ended.
    ///
    /// - Returns: their names.
    @discardableResult
    static func removeHalfMade(in runs: URL) -> [String] {
        names(in: runs).filter { name in
            guard name.hasPrefix("."), name.hasSuffix(halfMadeSuffix),
                let maker = name.dropLast(halfMadeSuffix.count).split(separator: ".").last.flatMap({ pid_t($0) }),
                kill(maker, 0) != 0, errno == ESRCH
            else { return false }
            let directory = RunDirectory(runs.appendingPathComponent(name))
            // By another count of processes its maker may be alive.
            guard let lock = try? FileLock.take(directory.lock) else { return false }
            defer { lock.release() }
            return (try? FileManager.default.removeItem(at: directory.url)) != nil
        }
    }

    private static func names(in runs: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: runs.path)) ?? []).sorted()
    }

    private static let halfMadeSuffix = ".partial"

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
