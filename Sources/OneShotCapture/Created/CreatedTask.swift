import Foundation
import OneShotCore

/// Everything that goes into the directory of a created task.
struct CreatedTask: Sendable {
    var task: OpenTask
    var summary: String
    var patch: Data
    var facts: RepositoryFacts
    var session: Session?
    var findings: [String]

    /// Writes the directory `<parent>/<task id>` under another name and renames it when it is whole.
    ///
    /// - Returns: the directory.
    func write(below parent: URL) throws -> URL {
        let partial = parent.appendingPathComponent(".\(task.taskID).partial")
        try? FileManager.default.removeItem(at: partial)
        let target = parent.appendingPathComponent(task.taskID)
        do {
            try write(to: CreatedTaskLayout(directory: partial))
            guard rename(partial.path, target.path) == 0 else {
                throw FileError.unwritable(path: target.path, reason: String(cString: strerror(errno)))
            }
        } catch {
            try? FileManager.default.removeItem(at: partial)
            throw error
        }
        return target
    }

    private func write(to layout: CreatedTaskLayout) throws {
        let instructions = InstructionDraft(task: task, session: session).text
        let evaluation = EvaluationSkeleton(title: task.title)
        var files = [
            (layout.metadata, try StrictJSON.encode(metadata(instructions: instructions, evaluation: evaluation))),
            (layout.diff, patch),
            (layout.instructions, Data(instructions.utf8)),
            (layout.repositoryFacts, try StrictJSON.encode(facts)),
            (layout.notes, Data(notes.utf8)),
            (layout.sessionID, Data((task.sessionID.map { "\($0)\n" } ?? "").utf8)),
            (layout.rubric, Data(evaluation.rubric.utf8)),
            (layout.tests, Data(evaluation.tests.utf8)),
        ]
        if let session { files.append((layout.session, try StrictJSON.encode(session))) }
        for (url, data) in files {
            try AtomicFile.makeDirectory(url.deletingLastPathComponent())
            try AtomicFile.write(data, to: url)
        }
    }

    private func metadata(instructions: String, evaluation: EvaluationSkeleton) -> TaskMetadata {
        TaskMetadata(
            taskID: task.taskID,
            metadata: .init(title: task.title, tags: task.labels),
            repo: .init(
                gitURL: facts.gitURL,
                branch: facts.branch,
                startCommitSHA: facts.startCommitSHA,
                endCommitSHA: facts.endCommitSHA,
                subdir: facts.subdir
            ),
            lm: .init(instructions: instructions),
            evaluation: .init(rubrics: [evaluation.criterion], testScripts: ["tests_skeleton/test_skeleton.py"])
        )
    }

    /// For people: everything that was said about the task, the summary too.
    private var notes: String {
        var text = "# \(task.title)\n"
        if !task.labels.isEmpty { text += "\nLabels: \(task.labels.joined(separator: ", "))\n" }
        for (heading, body) in [("Notes", task.notes), ("Summary", summary)] {
            let body = body.trimmingCharacters(in: .whitespacesAndNewlines)
            if !body.isEmpty { text += "\n## \(heading)\n\n\(body)\n" }
        }
        if !findings.isEmpty { text += "\n## Findings\n\n" + findings.map { "- \($0)\n" }.joined() }
        return text
    }
}
