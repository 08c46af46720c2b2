import Foundation

/// Memory that was freed and that the allocator has kept.
///
/// After a burst glibc holds on to nearly all of it, since the little that is still in use lies between. A recorder
/// that runs all day would stay as large as it was in its busiest second.
struct FreedMemory {
    /// How much has to have come, in bytes, before it is worth the search.
    private static let step = 8 << 20

    /// glibc's `malloc_trim(3)`, which its Swift module does not have.
    private let trim: @convention(c) (Int) -> CInt

    /// - Returns: nil with an allocator that has nothing of the kind.
    init?() {
        guard let symbol = dlsym(nil, "malloc_trim") else { return nil }
        trim = unsafeBitCast(symbol, to: (@convention(c) (Int) -> CInt).self)
    }

    /// Gives it back to the system every now and then, until cancelled.
    func giveBack(every interval: Duration = .seconds(1)) async {
        var least = Self.resident()
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            let now = Self.resident()
            least = min(least, now)
            guard now > least + Self.step else { continue }
            _ = trim(0)
            least = Self.resident()
        }
    }

    /// In bytes, as the system counts it; 0 where it does not say.
    private static func resident() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
