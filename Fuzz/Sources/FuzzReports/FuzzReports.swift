import Foundation
import FuzzSupport
import NIOCore
@testable import OneShotPreparation
@testable import OneShotTrials

@main
enum FuzzReports {
    static func main() {
        fuzz { start, count in
            if let input = FuzzInput(start, count) { FuzzReports.check(input) }
            return 0
        }
    }

    /// The code under test writes a part of what is read here: any text may come.
    static func check(_ input: FuzzInput) {
        let runners = TestRunner.allCases
        let runner = runners[Int(input.variant & 0x7F) % runners.count]
        let text = String(decoding: input.bytes.readableBytesView, as: UTF8.self)
        let isReport = input.variant & 0x80 != 0
        let output = SuiteOutput(text: isReport ? "" : text, reports: isReport ? [text] : [])
        let cases = runner.cases(in: output)
        always(Set(cases.map(\.name)).count == cases.count, "each case is there once")
        always(cases.allSatisfy { !$0.name.isEmpty && !$0.name.contains(where: \.isNewline) }, "a name is one line")
        always(cases.allSatisfy { $0.duration.isFinite && $0.duration >= 0 }, "a duration is a time")
        always((try? JSONEncoder().encode(cases)) != nil, "cases have a JSON form")
        always(runner.cases(in: output) == cases, "a text is read in one way")
    }
}
