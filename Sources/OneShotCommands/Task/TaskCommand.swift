import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore

/// `oneshot task`: captures work on a repository as a task.
struct TaskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Capture work on a git repository as a task.",
        subcommands: [
            TaskCreate.self, TaskStart.self, TaskEnd.self, TaskAbort.self, TaskResume.self, TaskSnapshot.self,
            TaskRemove.self, TaskStatus.self, TaskList.self,
            TaskShow.self,
            TaskCheck.self, TaskFromSession.self, TaskFromCommits.self, TaskFromPatch.self, TaskFromGitHub.self,
            TaskRubric.self,
        ]
    )
}

/// The options of the commands that work on a repository.
struct RepositoryOptions: ParsableArguments {
    @Option(name: [.customShort("C"), .long], help: "A directory of the repository (default: this one).")
    var repository: String?

    var directory: URL {
        let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
        return repository.map { URL(fileURLWithPath: $0, relativeTo: here).absoluteURL } ?? here
    }
}

extension GlobalOptions {
    /// The workspace of a command on a repository: without `--workspace`, the one that the repository lies in.
    func resolvedWorkspace(for repository: RepositoryOptions) throws -> Workspace {
        workspace == nil ? Workspace.containing(repository.directory) : try resolvedWorkspace()
    }
}

extension OpenTask {
    /// As people read it.
    var summary: String {
        """
        \(taskID)
          title       \(title)
          repository  \(repository)\(subdir == "." ? "" : " (in \(subdir))")
          since       \(startedAt)
        """
    }
}
