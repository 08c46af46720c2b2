import CMalloc
import Foundation

/// Memory that this process no longer needs and that still counts as its own.
///
/// After a burst glibc holds on to nearly all that was freed, since the little that is still in use lies between. A
/// recorder that runs all day would stay as large as it was in its busiest second.
enum FreedMemory {
    /// How much has to have come, in bytes, before it is worth the search in the middle of work.
    private static let step = 8 << 20
    /// Less processor time than this in an interval, in seconds, is rest.
    private static let rest = 0.01

    /// Gives it back to the system every now and then, until cancelled; at the end of each spell of work, of which the
    /// start is the first, the program's text as well.
    static func giveBack(every interval: Duration = .milliseconds(500)) async {
        var least = resident()
        var hasWorked = true
        while !Task.isCancelled {
            let before = processorTime()
            try? await Task.sleep(for: interval)
            let isAtRest = processorTime() - before < rest
            if isAtRest, hasWorked { ProgramText.giveBack() }
            let now = resident()
            least = min(least, now)
            if now > least + step || (isAtRest && hasWorked) {
                trim()
                least = resident()
            }
            hasWorked = !isAtRest
        }
    }

    private static func trim() {
        #if canImport(Glibc)
            malloc_trim(0)
        #endif
    }

    /// Of all threads, in seconds.
    private static func processorTime() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    /// In bytes, as the system counts it; 0 where it does not say.
    private static func resident() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
