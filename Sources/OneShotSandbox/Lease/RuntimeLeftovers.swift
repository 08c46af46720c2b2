import Foundation
import OneShotCore
import OneShotProcess

/// Containers that podman's runtime knows and podman does not: its client was killed after it had the container made,
/// and before it had written that down. There is a monitor, a first process that waits to be started, control groups
/// and a state; `podman rm` removes none of them. They are known by the directory of ours that is mounted.
enum RuntimeLeftovers {
    /// The programs, and the file that tells what is mounted.
    private static let runtimes = ["runc": "state.json", "crun": "config.json"]

    struct Item: Equatable {
        var runtime: String
        /// Where the runtime keeps its states.
        var root: URL
        var id: String
    }

    /// - Parameter roots: where runtimes have directories.
    static func find(of directory: LeasedDirectory, in roots: [URL] = roots) -> [Item] {
        roots.flatMap { root in
            runtimes.sorted { $0.key < $1.key }.flatMap { runtime, file in
                let states = root.appendingPathComponent(runtime)
                let ids = (try? FileManager.default.contentsOfDirectory(atPath: states.path)) ?? []
                return ids.sorted().filter { id in
                    let text = try? String(contentsOf: states.appendingPathComponent("\(id)/\(file)"), encoding: .utf8)
                    return text?.contains(directory.name) ?? false
                }
                .map { Item(runtime: runtime, root: states, id: $0) }
            }
        }
    }

    static func remove(of directory: LeasedDirectory) async {
        for item in find(of: directory) {
            let words = ["--root", item.root.path, "delete", "--force", item.id]
            _ = try? await Command(item.runtime, words, timeout: .seconds(20)).run()
        }
    }

    private static var roots: [URL] {
        ["/run", ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"] ?? ""].filter { !$0.isEmpty }
            .map { URL(fileURLWithPath: $0) }
    }
}
