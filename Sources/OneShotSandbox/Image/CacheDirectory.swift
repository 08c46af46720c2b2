public import Foundation
import OneShotCore

/// Where things are kept that can be made again: `$XDG_CACHE_HOME/oneshot`, else `~/.cache/oneshot`.
public enum CacheDirectory {
    public static var url: URL {
        let configured = ProcessInfo.processInfo.environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let parent =
            configured.map { URL(fileURLWithPath: $0) }
            ?? HomeDirectory.url().appendingPathComponent(".cache")
        return parent.appendingPathComponent("oneshot")
    }
}
