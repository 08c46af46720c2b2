import Foundation
import OneShotProcess

/// How root starts bwrap as a user without rights.
///
/// The sandbox's user cannot reach the host's directories, so root first gathers what the sandbox gets in a mount
/// namespace of its own, joins the control group, and becomes that user. The namespace and its mounts go when the last
/// process of the sandbox goes, however that happens. All steps replace the same process.
struct StagedStart {
    /// A user that owns no file and has no other process: above the ranges that systems give to people, packages and
    /// services (systemd's UIDS-GIDS.md), so that even a sandbox that is broken out of is nobody on the host.
    static let user: uid_t = 61_100

    var stage: URL
    /// What is gathered, in order. The n-th is found at ``path(of:)`` `n`.
    var sources: [URL]
    var group: ControlGroup?

    func path(of source: URL) -> String {
        guard let index = sources.firstIndex(of: source) else { return source.path }
        return stage.appendingPathComponent(String(index)).path
    }

    func command(_ bubblewrap: String, _ arguments: [String]) -> [String] {
        ["unshare", "--mount", "--propagation", "private", "--", "/bin/sh", "-c", script, bubblewrap] + arguments
    }

    private var script: String {
        var lines = ["set -e"]
        for directory in group?.directories ?? [] {
            lines.append("echo $$ > \(Command.quote(directory.appendingPathComponent("cgroup.procs").path))")
        }
        lines.append("mount -t tmpfs -o mode=0755,nosuid,nodev,size=1m oneshot \(Command.quote(stage.path))")
        for source in sources {
            let from = Command.quote(source.path)
            let target = Command.quote(path(of: source))
            lines.append("if [ -d \(from) ]; then mkdir \(target); else : > \(target); fi")
            lines.append("mount --rbind \(from) \(target)")
        }
        lines.append(
            "exec setpriv --reuid=\(Self.user) --regid=\(Self.user) --clear-groups --no-new-privs -- \"$0\" \"$@\""
        )
        return lines.joined(separator: "\n")
    }
}
