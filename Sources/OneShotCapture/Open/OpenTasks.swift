import Foundation
import OneShotCore
import OneShotGit

/// The open tasks of a workspace: one file for each repository, in `data/.oneshot/open/`.
struct OpenTasks: Sendable {
    let workspace: Workspace

    private var directory: URL { workspace.state.appendingPathComponent("open") }

    func load(for repository: Repository) throws -> OpenTask? {
        let url = file(of: repository, "json")
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        return try StrictJSON.read(OpenTask.self, at: url)
    }

    func save(_ task: OpenTask, for repository: Repository) throws {
        try AtomicFile.write(try StrictJSON.encode(task), to: file(of: repository, "json"), mode: 0o600)
    }

    func remove(taskID: String, of repository: Repository) {
        unlink(file(of: repository, "json").path)
        release(taskID: taskID)
    }

    /// Gives up a claim of ``claimID(title:now:)``.
    func release(taskID: String) {
        unlink(claim(taskID).path)
        unlink(watchLock(taskID).path)
    }

    /// Held by the one process that takes the states of a task.
    func watchLock(_ taskID: String) -> URL { directory.appendingPathComponent("\(taskID).watch") }

    /// Whether this task is the open one of its repository.
    func isOpen(_ task: OpenTask) -> Bool { all().contains { $0.taskID == task.taskID } }

    /// All open tasks, the oldest first. Files that are not readable as such are passed over.
    func all() -> [OpenTask] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }
            .compactMap { try? StrictJSON.read(OpenTask.self, at: directory.appendingPathComponent($0)) }
            .sorted { $0.startedAt < $1.startedAt }
    }

    /// Runs `body` while no other command starts, ends or drops a task in this repository.
    ///
    /// - Throws: ``CaptureError/busy(repository:)`` after half a minute.
    func withLock<Result>(
        on repository: Repository,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async throws -> Result {
        try await refuseLinks(of: repository)
        try workspace.makeOwnDirectory(workspace.state, mode: 0o700)
        try AtomicFile.makeDirectory(directory, mode: 0o700)
        let url = file(of: repository, "lock")
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw FileError.unwritable(path: url.path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        let deadline = ContinuousClock.now + .seconds(30)
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, ContinuousClock.now < deadline else {
                throw CaptureError.busy(repository: repository.top.path)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try await body()
    }

    /// Links of the person's own, which git does not track, are theirs to make.
    private func refuseLinks(of repository: Repository) async throws {
        let tasks = workspace.createdTasks
        let directories = [workspace.data, workspace.state, directory, tasks.deletingLastPathComponent(), tasks]
        for url in directories {
            var facts = stat()
            guard lstat(url.path, &facts) == 0, facts.st_mode & S_IFMT == S_IFLNK,
                let parent = repository.relativePath(of: url.deletingLastPathComponent())
            else { continue }
            let path = (parent == "." ? "" : parent + "/") + url.lastPathComponent
            if try await !repository.git.output(["ls-files", "-z", "--", ":(top,literal)\(path)"]).isEmpty {
                throw CaptureError.linkedWorkspace(path: url.path)
            }
        }
    }

    /// A task id that no other task of this workspace has or will get, with the time that it carries.
    func claimID(title: String, now: Date) throws -> String {
        var date = now
        while true {
            let id = "\(Slug.make(title))_\(Timestamp.compact(date))"
            let isFree = !FileManager.default.fileExists(atPath: workspace.createdTasks.appendingPathComponent(id).path)
            if isFree {
                let descriptor = open(claim(id).path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
                if descriptor >= 0 {
                    close(descriptor)
                    return id
                }
                guard errno == EEXIST else {
                    throw FileError.unwritable(path: claim(id).path, reason: String(cString: strerror(errno)))
                }
            }
            date += 1
        }
    }

    private func claim(_ taskID: String) -> URL { directory.appendingPathComponent("\(taskID).id") }

    private func file(of repository: Repository, _ kind: String) -> URL {
        directory.appendingPathComponent("\(Self.name(of: repository)).\(kind)")
    }

    /// The repository's name for people, a hash of its path (FNV-1a, 64 bits) to tell apart those of one name.
    static func name(of repository: Repository) -> String {
        let hash = repository.top.path.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return "\(Slug.make(repository.top.lastPathComponent))-\(String(hash, radix: 16))"
    }
}
