import Foundation
import OneShotCore
import OneShotProcess

/// Copies of directory trees as they are: modes, links and empty directories kept.
enum TreeCopy {
    /// Copies the content of `source` into the existing directory `target`, over what is there.
    ///
    /// A link or file in `target` in the place of a directory or file goes first: what lies there may have been made by
    /// an agent, and a link would lead the copy out of `target`.
    static func lay(_ source: URL, over target: URL) async throws {
        for path in try Digest.files(below: source) {
            var place = target
            let parts = path.split(separator: "/")
            for (index, part) in parts.enumerated() {
                place.appendPathComponent(String(part))
                guard let kind = kind(of: place) else { break }
                if index == parts.count - 1 || kind != .typeDirectory { await remove(place) }
            }
        }
        try await Command("cp", ["-a", source.path + "/.", target.path]).runChecked()
    }

    /// Makes `target`, which must not exist, the same as `source`, a file or a directory: without a copy of what is in the
    /// files where both are on one disk and we may link them.
    static func link(_ source: URL, as target: URL) async throws {
        if try await Command("cp", ["-al", source.path, target.path]).run().succeeded { return }
        await remove(target)
        try await Command("cp", ["-a", source.path, target.path]).runChecked()
    }

    static func remove(_ tree: URL) async {
        guard kind(of: tree) == .typeDirectory else {
            try? FileManager.default.removeItem(at: tree)
            return
        }
        // Directories that the agent has made read-only stop FileManager, and its error would hide the trial's own. Files
        // are left as they are: one that was linked here is somebody's.
        let closed = ["-type", "d", "!", "-perm", "-u+rwx", "-exec", "chmod", "u+rwx", "{}", ";"]
        _ = try? await Command("find", [tree.path] + closed).run()
        _ = try? await Command("rm", ["-rf", tree.path]).run()
    }

    /// Of what is at this place itself, not of what a link leads to; nil when there is nothing.
    private static func kind(of url: URL) -> FileAttributeType? {
        (try? FileManager.default.attributesOfItem(atPath: url.path))?[.type] as? FileAttributeType
    }
}
