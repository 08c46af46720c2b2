import Foundation
import OneShotAdmission
import OneShotCore
import OneShotGit
import OneShotPreparation
import OneShotSandbox

extension Validation {
    struct LeakResult: Sendable {
        var summary = ValidationRecord.Leaks()
        var reasons: [String] = []
        var warnings: [String] = []
    }

    /// Looks through every layer of the image, and through what a sandbox shows of the task.
    func searchLeaks(_ bench: ControlBench) async throws -> LeakResult {
        await onProgress("looking for leaks")
        let end = try await endState(of: bench.baseline, solution: bench.plan.solution)
        let index = try leakIndex(bench, end: end)
        var search = LeakSearch(index, redactor: redactor)
        try search.directory(bench.baseline.directory, name: "workspace", ignoring: [".git"], secrets: true)
        try search.directory(
            bench.baseline.directory.appendingPathComponent(".git"),
            name: "workspace: .git",
            ignoring: ["objects", "index"],
            secrets: true
        )
        try search.directory(task.layout.overlayFiles, name: "task", secrets: true)
        search.add(try await history(of: bench.baseline, forbidden: end))
        let layers = scratch.appendingPathComponent("layers")
        for layer in try await runner.engine.layers(of: bench.image, dockerfile: task.layout.dockerfile, in: layers) {
            try Task.checkCancellation()
            try search.layer(layer.file, name: String(layer.digest.prefix(12)), isBase: layer.isBase)
            try? FileManager.default.removeItem(at: layer.file)
        }
        return result(of: search)
    }

    private func leakIndex(_ bench: ControlBench, end: [EndFile]) throws -> LeakIndex {
        var index = LeakIndex()
        index.add(text: try Data(contentsOf: task.layout.rubric), kind: .rubric, name: "rubric_template.md")
        // The rubric is drafted from the instruction, which the agent has.
        index.allow(Data(task.instructions.utf8))
        for path in try Digest.files(
            below: task.layout.tests,
            ignoring: ["__pycache__", "expected.json", "suites.json"]
        ) {
            guard let data = try? Data(contentsOf: task.layout.tests.appendingPathComponent(path)) else { continue }
            index.add(file: data, kind: .test, name: path)
            if !data.prefix(8000).contains(0) { index.add(text: data, kind: .test, name: path) }
        }
        for file in end { index.add(file: file.data, kind: .solutionFile, name: file.path) }
        for file in (try? Patch(parsing: bench.plan.solution))?.files ?? [] {
            for text in file.addedTexts { index.add(text: text, kind: .solutionText, name: file.path) }
        }
        for path in try Digest.files(below: bench.baseline.directory, ignoring: [".git"]) {
            let url = bench.baseline.directory.appendingPathComponent(path)
            guard (try? FileManager.default.destinationOfSymbolicLink(atPath: url.path)) == nil,
                let data = try? Data(contentsOf: url, options: .mappedIfSafe)
            else { continue }
            index.allow(data)
        }
        for path in hostPaths { index.add(hostPath: path) }
        return index
    }

    /// This machine's: the home directory, the workspace, and the repository that the task was captured in.
    private var hostPaths: [String] {
        let created = CreatedTaskLayout(
            directory: runner.workspace.createdTasks.appendingPathComponent(task.metadata.taskID)
        )
        let facts = try? StrictJSON.read(RepositoryFacts.self, at: created.repositoryFacts)
        return [HomeDirectory.url().path, runner.workspace.root.path] + [facts?.repository].compactMap(\.self)
    }

    /// What git knows in the workspace besides the start commit and what it needs.
    private func history(of baseline: Baseline, forbidden: [EndFile]) async throws -> [LeakFinding] {
        let git = Git(baseline.directory, environment: ["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"])
        let all = Set(
            try await git.line(["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]).split(
                separator: "\n"
            )
        )
        let needed = Set(
            try await git.line(["rev-list", "--objects", "--no-object-names", baseline.commit]).split(separator: "\n")
        )
        let names = Dictionary(forbidden.map { ($0.object, $0.path) }) { first, _ in first }
        let refs = try await git.line(["for-each-ref", "--format=%(refname)"]).split(separator: "\n")
        return all.subtracting(needed).sorted().map { object in
            names[String(object)].map {
                LeakFinding(kind: .solutionFile, place: "workspace: .git", detail: "object \(object): the file \($0)")
            } ?? LeakFinding(kind: .history, place: "workspace: .git", detail: "object \(object)")
        }
            + refs.filter { $0 != "refs/heads/main" }.map {
                LeakFinding(kind: .history, place: "workspace: .git", detail: "ref \($0)")
            }
    }

    private func result(of search: LeakSearch) -> LeakResult {
        var result = LeakResult()
        result.summary.layers = search.layers
        result.summary.files = search.files
        result.summary.bytes = search.bytes
        for finding in search.findings where !isAllowed(finding) {
            result.summary.findings.append(finding)
            let line = "\(finding.kind.phrase) in \(finding.place): \(finding.detail)"
            // An instruction may say what the solution says; whether it says too much is for a person to decide.
            let isInstruction = finding.place == "task: LM_INSTRUCTIONS.md" && finding.kind == .solutionText
            if isInstruction { result.warnings.append(line) } else { result.reasons.append(line) }
        }
        return result
    }

    private func isAllowed(_ finding: LeakFinding) -> Bool {
        let path = finding.place.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? finding.place
        return options.allowed.contains { path == $0 || path.hasPrefix($0 + "/") }
    }
}

extension LeakIndex.Kind {
    fileprivate var phrase: String {
        switch self {
        case .solutionFile, .solutionText: "the solution can be read"
        case .test: "a test can be read"
        case .rubric: "the rubric can be read"
        case .hostPath: "a place on this machine is named"
        case .secret: "there is what looks like a secret"
        case .history: "there is more than the start commit"
        }
    }
}
