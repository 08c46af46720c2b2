import ArgumentParser
import Foundation
import OneShotClient

/// Whether a model puts what was said into words.
struct DraftOption: ParsableArguments {
    @Flag(help: "Have a model draft what an agent is told (prepare: and rubric and tests); needs a key of a model.")
    var draft = false

    /// - Throws: ``ClientError/noKey``.
    func model() throws -> ModelClient? {
        draft ? try ModelClient(environment: ProcessInfo.processInfo.environment) : nil
    }
}
