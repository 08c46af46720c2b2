import Foundation
import OneShotCore
import OneShotRedaction

/// Everything that goes into the directory of a created task.
struct CreatedTask: Sendable {
    var task: OpenTask
    var instruction: RedactedText
    var provenance: TaskProvenance
    var summary: RedactedText
    /// What describes the solution and was kept out of the instruction.
    var background: RedactedText
    var patch: ScannedData
    var facts: RepositoryFacts
    var session: RedactedSession?
    var states: [CapturedState]
    /// From the start to a state, by the state's number.
    var statePatches: [Int: ScannedData]
    var findings: [String]
    let redactor: Redactor

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
        let evaluation = EvaluationSkeleton(title: task.title)
        let metadata = metadata(instructions: instruction.text, evaluation: evaluation)
        let scanned = { (data: Data) in ShareableContent.scanned(redactor.scan(data)) }
        var files: [(URL, ShareableContent)] = [
            (layout.metadata, scanned(try StrictJSON.encode(metadata))),
            (layout.diff, .scanned(patch)),
            (layout.instructions, .text(instruction)),
            (layout.repositoryFacts, scanned(try StrictJSON.encode(facts))),
            (layout.provenance, scanned(try StrictJSON.encode(provenance))),
            (layout.notes, .text(redactor.redact(notes))),
            (layout.sessionID, scanned(Data((task.sessionID.map { "\($0)\n" } ?? "").utf8))),
            (layout.rubric, .text(redactor.redact(evaluation.rubric))),
            (layout.tests, .text(redactor.redact(evaluation.tests))),
        ]
        if let session { files.append((layout.session, .session(session))) }
        if !states.isEmpty {
            files.append((layout.states, scanned(try StrictJSON.encode(CapturedStates(states: states)))))
            files += statePatches.map { (layout.statePatch($0.key), .scanned($0.value)) }
        }
        for (url, content) in files {
            try AtomicFile.makeDirectory(url.deletingLastPathComponent())
            try AtomicFile.write(content, to: url)
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
        for (heading, body) in [("Notes", task.notes), ("Summary", summary.text), ("Background", background.text)] {
            let body = body.trimmingCharacters(in: .whitespacesAndNewlines)
            if !body.isEmpty { text += "\n## \(heading)\n\n\(body)\n" }
        }
        if let ignored = facts.ignoredFiles {
            let more = ignored.count > ignored.names.count ? ", …" : ""
            text += "\n## Not taken\n\nIgnored: \(ignored.count) (\(ignored.names.joined(separator: ", "))\(more))\n"
        }
        if !findings.isEmpty { text += "\n## Findings\n\n" + findings.map { "- \($0)\n" }.joined() }
        return text
    }
}
