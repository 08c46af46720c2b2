import Foundation
import OneShotCore
import OneShotProcess

/// What the runner program reported, believed only if everything agrees.
struct TestReport: Sendable, Equatable {
    var tests: [TestResult]
    var suites: [SuiteRun] = []

    /// - Parameters:
    ///   - output: the runner's standard output, which no process but its supervisor can write to.
    ///   - nonce: what the report's line begins with.
    /// - Throws: ``TrialError/verifier(reason:)`` when there is no report, or more than one, or it contradicts the
    ///   exit code. A runner that was ended from within after it had said which tests there are has failed all of them.
    init(output: Data, nonce: String, exit: CommandResult.Exit) throws {
        let prefix = Data("\(nonce) ".utf8)
        let lines = output.split(separator: UInt8(ascii: "\n")).filter { $0.starts(with: prefix) }
        let documents = lines.map { try? JSON(parsing: $0.dropFirst(prefix.count)) }
        let declared = documents.compactMap { $0?["declared"] }.first
        let reports = documents.filter { $0?["declared"] == nil }
        if let declared, reports.isEmpty {
            tests = declared.elements.compactMap(\.string).map { name in
                TestResult(name: name, status: .error, message: "the runner \(exit.phrase) before its tests had ended")
            }
            return
        }
        guard let report = reports.first, reports.count == 1 else {
            throw TrialError.verifier(
                reason: reports.isEmpty
                    ? "no report, and the runner \(exit.phrase)" : "\(reports.count) reports instead of one"
            )
        }
        guard let document = report else { throw TrialError.verifier(reason: "the report is not JSON") }
        if let error = document["error"]?.string { throw TrialError.verifier(reason: error) }
        guard case .array(let entries)? = document["tests"] else {
            throw TrialError.verifier(reason: "the report has no tests")
        }
        tests = try entries.map { entry in
            guard let name = entry["name"]?.string, let status = entry["status"]?.string.flatMap(TestResult.Status.init)
            else { throw TrialError.verifier(reason: "the report has a test without name or status") }
            return TestResult(
                name: name,
                status: status,
                duration: entry["duration"]?.double ?? 0,
                message: entry["message"]?.string ?? ""
            )
        }
        suites = try (document["suites"]?.elements ?? []).map { entry in
            guard let run = SuiteRun(entry) else {
                throw TrialError.verifier(reason: "the report has a suite without id")
            }
            return run
        }
        let expected: CommandResult.Exit =
            tests.allSatisfy { $0.status == .passed || $0.status == .skipped }
            ? .code(0) : .code(1)
        guard exit == expected else {
            throw TrialError.verifier(reason: "the report says one thing, and the runner \(exit.phrase)")
        }
    }
}

extension CommandResult.Exit {
    /// As the end of a sentence about the program.
    var phrase: String {
        switch self {
        case .code(let code): "exited with \(code)"
        case .signal(SIGXFSZ): "was stopped at its sandbox's disk limit"
        case .signal(let signal): "was ended by signal \(signal)"
        case .timedOut: "did not end in its time"
        }
    }
}
