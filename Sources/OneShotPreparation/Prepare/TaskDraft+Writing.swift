import Foundation
import OneShotClient
import OneShotCore
import OneShotRedaction

extension TaskDraft {
    /// Writes every file of the prepared task.
    ///
    /// - Returns: the names of its tests.
    func write(to layout: PreparedTaskLayout) async throws -> [String] {
        let clean = { (text: String) in redactor.redact(paths?.replaced(in: text) ?? text) }
        let instructions = clean(modelDraft?.instructions ?? created.instructions)
        let title = clean(created.metadata.metadata.title).text
        let drafted = RubricDraft(title: title, tests: plan.bindable, provenance: created.provenance).rubric
        let rubric = modelDraft?.rubric ?? drafted

        let metadata = metadata(title: title, instructions: instructions.text, rubric: rubric)
        // What a redactor would break stays as it is: `SecretCheck` has refused what it would find there.
        let scanned = { (data: Data) in ShareableContent.scanned(redactor.scan(data)) }
        var files: [(URL, ShareableContent)] = [
            (layout.metadata, scanned(try StrictJSON.encode(metadata))),
            (layout.dockerfile, scanned(Data(Dockerfile(environment: environment).text.utf8))),
            (layout.instructions, .text(instructions)),
            (layout.rubric, .text(clean(rubric.markdown))),
            (layout.testScript, scanned(Data(TestSkeleton(title: title, tests: plan.tests).text.utf8))),
            (layout.solution, scanned(solution)),
            (layout.bundle, scanned(try Data(contentsOf: bundle, options: .alwaysMapped))),
        ]
        if let session = created.session {
            files.append((layout.session, .session(redactor.redact(paths?.replaced(in: session) ?? session))))
        }
        if !plan.suites.isEmpty {
            files.append((layout.suites, scanned(try StrictJSON.encode(TestSuites(suites: plan.suites)))))
        }
        for (name, patch) in nearMisses.patches {
            files.append((layout.nearMisses.appendingPathComponent("\(name).patch"), scanned(patch)))
        }
        for (url, content) in files { try Self.write(content, to: url) }
        for change in plan.hidden {
            guard let end = change.end else { continue }
            try Self.write(
                scanned(try await objects.blob(end.object)),
                to: layout.repositoryTests.appendingPathComponent(change.path),
                mode: end.isExecutable ? 0o755 : 0o644
            )
        }
        for (path, data) in draftedTests.flatMap(\.files) {
            try Self.write(scanned(data), to: layout.repositoryTests.appendingPathComponent(path))
        }
        for part in environment.parts where !part.recipe.install.isEmpty {
            let directory = layout.environment.appendingPathComponent(part.recipe.ecosystem.rawValue)
            for entry in part.manifests {
                try Self.write(
                    scanned(try await objects.blob(entry.object)),
                    to: directory.appendingPathComponent(entry.path)
                )
            }
        }
        try AtomicFile.makeDirectory(layout.overlayRepositoryFiles)
        return plan.bindable.map(\.name)
    }

    /// Asks a model for the instruction and the rubric; what it is shown is what may be shared.
    func drafted(by model: ModelClient) async throws -> ModelDraft {
        let clean = { (text: String) in redactor.redact(paths?.replaced(in: text) ?? text).text }
        return try await ModelDraft.make(
            title: clean(created.metadata.metadata.title),
            instructions: clean(created.instructions),
            provenance: created.provenance,
            tests: plan.bindable.map(\.name),
            by: model,
            redactor
        )
    }

    private static func write(_ content: ShareableContent, to url: URL, mode: mode_t = 0o644) throws {
        try AtomicFile.makeDirectory(url.deletingLastPathComponent())
        try AtomicFile.write(content, to: url, mode: mode)
    }

    /// The capture's own, without anything that is only true on this machine.
    private func metadata(title: String, instructions: String, rubric: Rubric) -> TaskMetadata {
        var metadata = created.metadata
        metadata.metadata.title = title
        metadata.lm.instructions = instructions
        if metadata.repo.gitURL.hasPrefix("/") || metadata.repo.gitURL.hasPrefix("file:") { metadata.repo.gitURL = "" }
        metadata.evaluation = .init(rubrics: rubric.records, testScripts: ["tests_skeleton/test_skeleton.py"])
        return metadata
    }

    /// Makes `tb_meta.json` say what the instructions and the rubric say, which a person may have edited.
    static func updateMetadata(of layout: PreparedTaskLayout) throws {
        var metadata = try StrictJSON.read(TaskMetadata.self, at: layout.metadata)
        let before = metadata
        metadata.evaluation.rubrics = try Rubric.read(layout.rubric).records
        metadata.lm.instructions = String(decoding: try Data(contentsOf: layout.instructions), as: UTF8.self)
        if metadata != before { try AtomicFile.write(try StrictJSON.encode(metadata), to: layout.metadata) }
    }
}

extension Rubric {
    var records: [TaskMetadata.Rubric] {
        criteria.map { TaskMetadata.Rubric(id: $0.id, weight: $0.weight, criterion: $0.text) }
    }
}
