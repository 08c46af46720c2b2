import CMalloc
import Foundation

/// Memory that was freed and that the allocator has kept.
///
/// After a burst glibc holds on to nearly all of it, since the little that is still in use lies between. A recorder
/// that runs all day would stay as large as it was in its busiest second.
enum FreedMemory {
    /// How much has to have come, in bytes, before it is worth the search.
    private static let step = 8 << 20

    /// Gives it back to the system every now and then, until cancelled.
    static func giveBack(every interval: Duration = .seconds(1)) async {
        var least = resident()
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            let now = resident()
            least = min(least, now)
            guard now > least + step else { continue }
            #if canImport(Glibc)
                malloc_trim(0)
            #endif
            least = resident()
        }
    }

    /// In bytes, as the system counts it; 0 where it does not say.
    private static func resident() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
