import Foundation
import OneShotAdmission
import OneShotCore
import OneShotGit
import OneShotPreparation
import OneShotSandbox

extension Validation {
    /// The start of the task, laid out once, and the plan for it.
    func makeBench(image: SandboxImage) async throws -> ControlBench {
        let baseline = try await Baseline.create(of: task, at: scratch.appendingPathComponent("base"))
        let solution = try Data(contentsOf: task.layout.solution)
        let changed = (try? Patch(parsing: solution))?.files.map(\.path) ?? []
        let start = try Digest.files(below: baseline.directory, ignoring: [".git"])
        let laid = try Digest.files(below: task.layout.repositoryTests, ignoring: ["__pycache__"])
        let suites = (try? TestSuites.read(task.layout.suites))?.suites ?? []
        let shape = TaskShape(
            solutionFiles: changed,
            testFiles: Array(Set(laid + suites.flatMap(Self.files) + start.filter(Self.isTest)).sorted().prefix(200)),
            testNames: task.rubric.testNames
        )
        let directory = baseline.directory
        return ControlBench(
            runner: runner,
            original: original,
            overrides: overrides,
            task: task,
            redactor: redactor,
            image: image,
            baseline: baseline,
            plan: ValidationPlan(
                solution: solution,
                nearMisses: try nearMisses(),
                shape: shape,
                seed: record.settings.seed,
                repeats: options.repeats,
                mutants: options.mutants,
                forbidden: try await endState(of: baseline, solution: solution).map(\.object),
                content: { Self.content(of: $0, in: directory) }
            ),
            options: options,
            scratch: scratch
        )
    }

    private static func files(of suite: TestSuites.Suite) -> [String] {
        suite.files.map { file in suite.directory.map { "\($0)/\(file)" } ?? file }
    }

    private static func isTest(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map { $0.lowercased() }
        let name = parts.last ?? ""
        return parts.dropLast().contains { ["test", "tests", "__tests__", "spec"].contains($0) }
            || name.hasPrefix("test_") || name.contains("_test.") || name.contains(".test.") || name.contains(".spec.")
            || name.contains("_spec.")
    }

    /// Patches that people or the session have rejected, by name.
    private func nearMisses() throws -> [(name: String, patch: Data)] {
        try Digest.files(below: task.layout.nearMisses).filter { $0.hasSuffix(".patch") }.map { path in
            let url = task.layout.nearMisses.appendingPathComponent(path)
            guard let data = try? Data(contentsOf: url) else {
                throw FileError.unreadable(path: url.path, reason: "no permission")
            }
            return (name: String(path.dropLast(".patch".count)), patch: data)
        }
    }

    /// Of a regular file; links are nobody's content.
    private static func content(of path: String, in directory: URL) -> (content: Data, mode: String)? {
        let url = directory.appendingPathComponent(path)
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular, let data = try? Data(contentsOf: url) else {
            return nil
        }
        return (data, FileManager.default.isExecutableFile(atPath: url.path) ? "100755" : "100644")
    }

    /// A file that only the solution has.
    struct EndFile: Sendable {
        var path: String
        var object: String
        var data: Data
    }

    /// The files that the solution makes of the start, or nothing where it does not apply: grading it says so.
    func endState(of baseline: Baseline, solution: Data) async throws -> [EndFile] {
        guard !solution.isEmpty else { return [] }
        let end = scratch.appendingPathComponent("end")
        await TreeCopy.remove(end)
        try await baseline.copy(to: end)
        let patch = scratch.appendingPathComponent("solution.patch")
        try AtomicFile.write(solution, to: patch)
        do {
            try await baseline.apply(patch, to: end)
        } catch is TrialError {
            return []
        }
        let git = Git(end, environment: ["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"])
        let known = Set(
            try await git.line(["ls-tree", "-r", "-z", "--format=%(objectname)", baseline.commit]).split(
                separator: "\0"
            )
        )
        try await git.output(["add", "-A", "-f"])
        let raw = String(
            decoding: try await git.output([
                "diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", baseline.commit,
            ]),
            as: UTF8.self
        )
        let fields = raw.split(separator: "\0").map(String.init)
        var files: [EndFile] = []
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            // `:mode mode object object status`, then the path.
            let words = fields[index].split(separator: " ").map(String.init)
            guard words.count == 5, words[1].hasPrefix("100"), !known.contains(Substring(words[3])) else { continue }
            let data = try await git.output(["cat-file", "blob", words[3]])
            files.append(EndFile(path: fields[index + 1], object: words[3], data: data))
        }
        await TreeCopy.remove(end)
        return files
    }
}
