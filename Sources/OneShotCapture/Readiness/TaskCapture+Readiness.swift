public import Foundation
import OneShotCore
import OneShotGit
import OneShotProcess

extension TaskCapture {
    /// Looks for what stands in the way of a task in the repository of `directory`. Changes nothing.
    public func readiness(in directory: URL) async throws -> Readiness {
        try await readiness(in: directory, on: ReadinessMachine())
    }

    func readiness(in directory: URL, on machine: ReadinessMachine) async throws -> Readiness {
        let repository: Repository
        do {
            repository = try await Repository.containing(directory)
        } catch {
            guard let finding = Self.finding(for: error) else { throw error }
            return Readiness(repository: directory.path, findings: [finding])
        }
        let files = try await WorkingFiles.list(in: repository, excluding: excludedPaths(in: repository))
        let findings =
            try await stateFindings(in: repository) + cloneFindings(in: repository)
            + contentFindings(of: files, in: repository, on: machine)
            + secretFindings(in: files, of: repository, on: machine)
            + spaceFindings(in: repository, on: machine) + taskFindings(in: repository)
        return Readiness(repository: repository.top.path, findings: findings)
    }

    /// Mends what can be mended without touching the person's files, branch, index or configuration.
    public func fix(in directory: URL) async throws -> ReadinessReport {
        var done: [String] = []
        if let repository = try? await Repository.containing(directory) {
            done = try await mendTasks(in: repository)
        }
        return ReadinessReport(try await readiness(in: directory), done: done)
    }

    /// - Returns: nil for an error that says nothing about the repository.
    static func finding(for error: any Error) -> Readiness.Finding? {
        switch error {
        case ProcessError.notFound:
            .init("git_missing", .error, "git is not installed", remedy: "apt-get install git")
        case let error as GitError: gitFinding(for: error)
        default: nil
        }
    }

    private static func gitFinding(for error: GitError) -> Readiness.Finding {
        switch error {
        case .notARepository(let path):
            .init(
                "not_a_repository",
                .error,
                "\(path) is not inside a git repository",
                remedy: "git -C \(Command.quote(path)) init"
            )
        case .noWorkingTree(let path):
            .init("no_working_tree", .error, "\(path) is a bare repository or inside .git; go to a checkout")
        case .noSuchDirectory(let path): .init("no_such_directory", .error, "\(path) is not a directory")
        case .workingTreeElsewhere: .init("working_tree_elsewhere", .error, error.description)
        case .failed, .inexactPatch, .linkedReferences: .init("git_fails", .error, error.description)
        }
    }

    private func stateFindings(in repository: Repository) async throws -> [Readiness.Finding] {
        var findings = repository.unfinishedOperations.map { operation in
            Readiness.Finding(
                "operation_in_progress",
                .warning,
                "a \(operation.rawValue) is not finished; the task would begin in the middle of it",
                remedy: operation.abortCommand
            )
        }
        let conflicts = try await repository.conflictedPaths()
        if !conflicts.isEmpty {
            findings.append(
                .init(
                    "conflicts",
                    .error,
                    "\(Self.list(conflicts)): conflicts are not resolved, and the task's files would hold their marks",
                    remedy: "git mergetool"
                )
            )
        }
        let submodules = try await repository.uninitialisedSubmodules()
        if !submodules.isEmpty {
            findings.append(
                .init(
                    "uninitialised_submodules",
                    .warning,
                    "\(Self.list(submodules)): the submodule's files are not here, so the task would be without them",
                    remedy: "git submodule update --init --recursive"
                )
            )
        }
        return findings
    }

    /// At most three names of a list.
    static func list(_ names: [String]) -> String {
        names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
    }
}
