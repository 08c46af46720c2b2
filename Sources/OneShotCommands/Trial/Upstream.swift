import ArgumentParser
import Foundation

/// `HOST=URL`: where a host's traffic goes instead.
struct Upstream: ExpressibleByArgument {
    var host: String
    var origin: URL

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let origin = URL(string: parts[1]), origin.host != nil,
            ["http", "https"].contains(origin.scheme)
        else { return nil }
        self.host = parts[0].lowercased()
        self.origin = origin
    }
}
