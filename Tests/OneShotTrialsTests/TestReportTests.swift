import Foundation
import OneShotProcess
import Testing

@testable import OneShotTrials

@Suite("A test report")
struct TestReportTests {
    private static let passed =
        #"n1 {"tests": [{"name": "test_a", "status": "passed", "duration": 0.5, "message": ""}]}"#
    private static let failed = #"n1 {"tests": [{"name": "test_a", "status": "failed", "message": "no"}]}"#

    @Test("is read between other lines", arguments: [(passed, 0), (failed, 1)] as [(String, Int32)])
    func reads(line: String, code: Int32) throws {
        let report = try TestReport(output: Data("noise\n\(line)\n".utf8), nonce: "n1", exit: .code(code))
        #expect(report.tests.map(\.name) == ["test_a"])
    }

    @Test(
        "is not believed when anything contradicts it",
        arguments: [
            (passed, .code(1)), (failed, .code(0)), (passed, .timedOut), (passed, .signal(9)), ("", .code(0)),
            (passed + "\n" + failed, .code(1)), ("n2" + passed.dropFirst(2), .code(0)),
            ("n1 {\"tests\": [{\"name\": \"a\", \"status\": \"great\"}]}", .code(0)), ("n1 {}", .code(0)),
            ("n1 {\"error\": \"no file\"}", .code(2)), ("n1 not json", .code(0)),
        ] as [(String, CommandResult.Exit)]
    )
    func contradictions(text: String, exit: CommandResult.Exit) {
        #expect(throws: TrialError.self) {
            try TestReport(output: Data(text.utf8), nonce: "n1", exit: exit)
        }
    }
}
