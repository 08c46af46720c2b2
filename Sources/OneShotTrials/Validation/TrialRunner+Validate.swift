public import Foundation
import OneShotCore
import OneShotPreparation

extension TrialRunner {
    /// Proves that a task can be failed and can be passed, and that what it proves cannot be had by tampering or from a
    /// leak. Only criteria that are bound to tests count. Writes `validation.json`, and `expected.json` where the task
    /// has suites.
    ///
    /// - Parameters:
    ///   - overrides: an `overrides.json` in place of the task's own. What the cases of suites come to with it is not
    ///     written into the task.
    ///   - onProgress: called before each stage and each candidate with a line for people.
    /// - Throws: what keeps the proof from being made, such as a broken task, or `CancellationError`; then the files
    ///   of the task are as they were. A candidate that does not come to what it should is no error.
    public func validate(
        _ directory: URL,
        overrides: URL? = nil,
        options: ValidationOptions = ValidationOptions(),
        onProgress: @escaping @Sendable (String) async -> Void = { _ in }
    ) async throws -> ValidationRecord {
        let original = try PreparedTask.load(directory, overrides: overrides)
        let digests = try original.digests()
        let scratch = workspace.state.appendingPathComponent("validation-\(UUID().uuidString.prefix(8))")
        try AtomicFile.makeDirectory(scratch)
        let outcome: Result<ValidationRecord, any Error>
        do {
            // On a copy: results of runs that are written on the way must not be the task's before it is proved.
            let copy = scratch.appendingPathComponent("task/\(original.slug)")
            try AtomicFile.makeDirectory(copy)
            try await TreeCopy.lay(original.layout.directory, over: copy)
            try? FileManager.default.removeItem(at: PreparedTaskLayout(directory: copy).expectedResults)
            var validation = try Validation(
                runner: self,
                task: try PreparedTask.load(copy, overrides: overrides),
                overrides: overrides,
                redactor: try await redactor(),
                seed: ValidationPlan.seed(solutionDigest: digests.solution),
                options: options,
                scratch: scratch,
                onProgress: onProgress
            )
            try await validation.run()
            try Task.checkCancellation()
            var record = validation.record
            if try original.digests() == digests {
                if overrides == nil { try keepExpected(of: copy, in: original.layout) }
            } else {
                record.reasons.append("the task's files changed while it was validated; validate it again")
            }
            record.digests = try original.digests()
            record.validatedAt = Timestamp.iso(Date())
            record.admitted = record.reasons.isEmpty
            outcome = .success(record)
        } catch {
            outcome = .failure(Task.isCancelled ? CancellationError() : error)
        }
        await Task { await TreeCopy.remove(scratch) }.value
        let record = try outcome.get()
        try AtomicFile.write(try StrictJSON.encode(record), to: original.layout.validation)
        return record
    }

    /// Takes over what the cases of the suites came to.
    private func keepExpected(of copy: URL, in layout: PreparedTaskLayout) throws {
        let made = PreparedTaskLayout(directory: copy).expectedResults
        if let data = try? Data(contentsOf: made) {
            try AtomicFile.write(data, to: layout.expectedResults)
        } else if FileManager.default.fileExists(atPath: layout.expectedResults.path) {
            try FileManager.default.removeItem(at: layout.expectedResults)
        }
    }
}
