import Foundation
import OneShotCore

/// A ``LeasedDirectory`` that has no lease yet: its name tells who is making it.
struct HalfMadeDirectory: Equatable {
    private static let prefix = "oneshot-new-"

    let name: String
    /// Where the directory is to be: a rename does not leave a disk.
    let parent: URL

    /// One that this process makes.
    init(id: String, for kind: LeasedDirectory.Kind) {
        parent = kind.parent
        name = Self.prefix + "\(Self.namespace)-\(getpid())-\(id)"
    }

    private init(name: String, parent: URL) {
        self.name = name
        self.parent = parent
    }

    var url: URL { parent.appendingPathComponent(name) }

    /// The ones that nobody goes on making.
    static func orphans() -> [HalfMadeDirectory] {
        Set(LeasedDirectory.Kind.allCases.map(\.parent)).flatMap { parent in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
            return names.filter { $0.hasPrefix(prefix) }.map { HalfMadeDirectory(name: $0, parent: parent) }
                .filter(\.isOrphaned)
        }
    }

    private var isOrphaned: Bool {
        var status = stat()
        guard lstat(url.path, &status) == 0, status.st_uid == geteuid(), status.st_mode & S_IFMT == S_IFDIR else {
            return false
        }
        let parts = name.dropFirst(Self.prefix.count).split(separator: "-")
        if parts.count == 3, parts[0] == Self.namespace, let owner = pid_t(parts[1]) {
            if kill(owner, 0) != 0, errno == ESRCH { return true }
        }
        // Elsewhere the number is another process's; a minute is plenty for making one.
        let made = (try? FileManager.default.attributesOfItem(atPath: url.path))?[.modificationDate] as? Date
        return made.map { $0.timeIntervalSinceNow < -60 } ?? false
    }

    func remove() { LeasedDirectory.removeTree(url) }

    private static var namespace: String { Lease.here.split(separator: "/").last.map(String.init) ?? "here" }
}
