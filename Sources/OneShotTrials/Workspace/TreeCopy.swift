import Foundation
import OneShotProcess

/// Copies of directory trees as they are: modes, links and empty directories kept.
enum TreeCopy {
    /// Copies the content of `source` into the existing directory `target`, over what is there.
    static func lay(_ source: URL, over target: URL) async throws {
        try await Command("cp", ["-a", source.path + "/.", target.path]).runChecked()
    }

    static func remove(_ tree: URL) async {
        // Directories that the agent has made read-only stop FileManager, and its error would hide the trial's own.
        _ = try? await Command("chmod", ["-R", "u+rwX", tree.path]).run()
        _ = try? await Command("rm", ["-rf", tree.path]).run()
    }
}
