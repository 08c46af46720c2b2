import OneShotPreparation

/// What a suite's command left behind: what it printed, on both streams, and the report files that it wrote.
struct SuiteOutput: Sendable, Equatable {
    var text = ""
    var reports: [String] = []
}

extension TestRunner {
    /// The cases that the output tells of. What does not look like a result is passed over, so any text can be given.
    func cases(in output: SuiteOutput) -> [TestCase] {
        var list = CaseList()
        let documents = output.reports.isEmpty ? [output.text] : output.reports
        for document in documents {
            // Several runners write JUnit XML when they are asked to.
            if isXML(document) {
                JUnitReport.read(document, into: &list)
                continue
            }
            switch self {
            case .python: PythonReport.read(document, into: &list)
            case .pytest: PytestText.read(document, into: &list)
            case .unittest: UnittestText.read(document, into: &list)
            case .go: GoEvents.read(document, into: &list)
            case .cargo: CargoText.read(document, into: &list)
            case .swift: SwiftTestText.read(document, into: &list)
            case .jest, .vitest: JestReport.read(document, into: &list)
            case .node: NodeReport.read(document, into: &list)
            case .rspec: RSpecReport.read(document, into: &list)
            case .minitest: MinitestText.read(document, into: &list)
            case .bats, .tap: TAP.read(document, into: &list)
            case .ctest, .junit: JUnitReport.read(document, into: &list)
            case .exit: break
            }
        }
        return list.cases
    }

    private func isXML(_ document: String) -> Bool {
        let start = document.utf8.prefix(200).drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
        return start.starts(with: "<?xml".utf8) || start.starts(with: "<testsuite".utf8)
    }
}
