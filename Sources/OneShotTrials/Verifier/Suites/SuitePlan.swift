import OneShotCore
import OneShotPreparation

/// A suite as the runner program is told to run it.
struct SuitePlan: Sendable, Equatable {
    let suite: TestSuites.Suite
    var control: SuiteControl?
    /// Shuffles the files, and the tests where the runner can do that.
    var seed: UInt64?
    /// Where the drivers are.
    let evaluation: String

    /// The entry in the program's plan.
    var json: JSON {
        var members: [JSON.Member] = [
            .init("id", .string(suite.id)), .init("command", .array(command.map(JSON.string))),
        ]
        if let directory = suite.directory { members.append(.init("directory", .string(directory))) }
        if let report = suite.report { members.append(.init("report", .string(report))) }
        if let seconds = suite.timeoutSeconds { members.append(.init("seconds", JSON(seconds))) }
        if suite.command.contains(where: { $0.contains("{file}") }) {
            members.append(.init("each", .array(files.map(JSON.string))))
        }
        if let seed, suite.runner == .python {
            members.append(.init("environment", .object([.init("ONESHOT_TEST_ORDER", .string(String(seed)))])))
        }
        return .object(members)
    }

    /// With the placeholders that are known here filled in; `{report}` and `{file}` are the program's.
    var command: [String] {
        var words = suite.command.flatMap { word -> [String] in
            switch word {
            case "{files}": files + [control?.path].compactMap(\.self)
            case "{driver}": ["\(evaluation)/\(suite.runner == .node ? ".driver.mjs" : ".driver.py")"]
            default: [word]
            }
        }
        // https://pkg.go.dev/cmd/go#hdr-Testing_flags: a seed makes the order the same again.
        if let seed, suite.runner == .go, let index = words.firstIndex(of: "-json") {
            words.insert("-shuffle=\(seed % 1_000_000 + 1)", at: index + 1)
        }
        return words
    }

    private var files: [String] {
        guard let seed else { return suite.files }
        var generator = SplitMix(state: seed)
        return suite.files.shuffled(using: &generator)
    }
}

/// Numbers that are the same for the same seed (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
struct SplitMix: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
