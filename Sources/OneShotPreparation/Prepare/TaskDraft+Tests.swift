import Foundation
import OneShotClient
import OneShotCore
import OneShotRedaction

extension TaskDraft {
    /// Takes over what a person has made of drafted tests, and has a model draft some where there are none.
    ///
    /// - Parameter model: nil to draft none.
    /// - Throws: `ClientError`: nobody answers, or the answer is nothing that may be run.
    mutating func addDraftedTests(
        by model: ModelClient?,
        in directory: PreparedDirectory,
        progress: @Sendable (String) -> Void
    ) async throws {
        let keepsFileTests = directory.isEdited(PreparedDirectory.rubric) || directory.isEdited(PreparedDirectory.tests)
        let kept = try directory.editedDrafts()
        for drafted in kept { add(drafted, keepsFileTests: keepsFileTests) }
        guard let model, kept.isEmpty else { return }
        // Documents have tests of their own, and data has none.
        guard plan.solution.contains(where: { $0.kind == .other }) else { return }
        if directory.isEdited(PreparedDirectory.suites) {
            return note(
                "no tests were drafted, since \(PreparedDirectory.suites) was edited; --force throws edits away"
            )
        }
        let suites = SuiteDraft(files: end) { [objects] in try await objects.text(of: $0) }
        guard let target = try await TestTarget.find(for: plan.solution, in: suites) else {
            return note("no tests were drafted: no test runner is known that takes a new file for what was changed")
        }
        progress("asking \(model.host) for tests")
        let answer = try await model.answer(try await question(for: target).question)
        do {
            let file = try DraftedTests.Answer(answer)
            let drafted = try await DraftedTests.make(
                file,
                for: target,
                in: suites,
                model: model.configuration.model,
                taken: plan.bindable.map(\.name)
            ) { path in
                end[path] != nil || start[path] != nil || end.directories.contains(path) && path == file.path
                    || directory.isEdited("\(PreparedDirectory.repositoryTests)/\(path)")
            }
            try await refuse(file)
            add(drafted, keepsFileTests: keepsFileTests)
        } catch let refusal as DraftedTests.Refusal {
            throw ClientError.unusable(host: model.host, problem: refusal.problem)
        }
    }

    private mutating func add(_ drafted: DraftedTests, keepsFileTests: Bool) {
        plan.add(drafted.suite, keepsFileTests: keepsFileTests)
        draftedTests.append(drafted)
    }

    /// What the model is shown: nothing that may not be shared.
    private func question(for target: TestTarget) async throws -> TestsQuestion {
        let clean = { (text: String) in redactor.redact(paths?.replaced(in: text) ?? text).text }
        var shown = plan.solution.filter { $0.kind == .other && $0.startText != nil }.map(\.path)
        if target.hasExample { shown.insert(target.example, at: 0) }
        var files: [TestsQuestion.File] = []
        for path in shown.prefix(20) {
            // A test that the session wrote is not at the start, and says how the project writes them all the same.
            let entry = start[path] ?? end[path]
            guard let text = try await objects.text(of: entry) else { continue }
            files.append(.init(path: path, text: clean(text)))
        }
        return TestsQuestion(
            instructions: clean(created.instructions),
            solution: clean(String(decoding: solution, as: UTF8.self)),
            command: target.recipe.command(for: [target.example]),
            directory: target.directory,
            example: target.example,
            files: files
        )
    }

    /// - Throws: ``DraftedTests/Refusal`` for a file that gives the solution away, or holds a secret.
    private func refuse(_ file: DraftedTests.Answer) async throws {
        let copies = DraftedTests.copies(of: SolutionQuotes(patch: solution), in: file.content)
        if let copy = try await unknownAtStart(copies).first {
            throw DraftedTests.Refusal(
                "line \(copy.line) of its file \(file.path) copies the solution (\(copy.path)): '\(copy.text.prefix(60))…'"
            )
        }
        if let finding = redactor.findings(in: file.content).first {
            throw DraftedTests.Refusal(
                "line \(finding.line) of its file \(file.path) holds what looks like a secret (\(finding.rule))"
            )
        }
    }
}
