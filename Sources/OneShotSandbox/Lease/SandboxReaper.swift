import Foundation
import OneShotCore

/// Clears away what a killed `oneshot` has left behind.
public enum SandboxReaper {
    /// Removes every sandbox whose owner has ended or whose lease is over, and nothing else.
    ///
    /// - Returns: a name for each that was removed.
    @discardableResult
    public static func reap() async -> [String] {
        await reapLocal()
    }

    /// Local sandboxes die with their owner; their directories and control groups do not.
    static func reapLocal() async -> [String] {
        var removed: [String] = []
        for scratch in Scratch.all() where scratch.isOrphaned() {
            await scratch.rememberedGroup?.remove()
            scratch.remove()
            removed.append("local sandbox \(scratch.id)")
        }
        return removed
    }
}
