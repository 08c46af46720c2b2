/// JUnit XML, as pytest, ctest, Maven's surefire, Gradle, Swift Package Manager and many others write it. There is no
/// standard; all of them have `testcase` elements with `failure`, `error` or `skipped` in them.
enum JUnitReport {
    static func read(_ document: String, into list: inout CaseList) {
        var scanner = MarkupScanner(document)
        var suites: [String] = []
        var open: Case?
        var isInOutcome = false
        while let event = scanner.next() {
            switch event {
            case .start("testsuite", let attributes): suites.append(attributes["name"] ?? "")
            case .end("testsuite"): _ = suites.popLast()
            case .start("testcase", let attributes):
                open?.add(to: &list)
                open = Case(attributes, suite: suites.last ?? "")
            case .end("testcase"):
                open?.add(to: &list)
                open = nil
            case .start(let name, let attributes):
                guard let status = Case.outcomes[name] else { continue }
                open?.settle(status, attributes["message"] ?? attributes["type"] ?? "")
                isInOutcome = true
            case .end(let name): if Case.outcomes[name] != nil { isInOutcome = false }
            case .text(let text): if isInOutcome, open?.message.isEmpty ?? false { open?.message = text }
            }
        }
        // A report that was cut off inside a case says nothing good about it.
        open?.settle(.error, "the report ends in the middle of this test")
        open?.add(to: &list)
    }

    private struct Case {
        var name: String
        var seconds: Double
        var status = TestResult.Status.passed
        var message = ""

        static let outcomes: [String: TestResult.Status] = [
            "failure": .failed, "error": .error, "skipped": .skipped,
        ]

        init(_ attributes: [String: String], suite: String) {
            let own = attributes["name"] ?? ""
            let group = attributes["classname"] ?? suite
            name = group.isEmpty || group == own ? own : own.isEmpty ? group : "\(group)::\(own)"
            seconds = attributes["time"].flatMap { Double($0.replacing(",", with: "")) } ?? 0
            // CTest's word for a test whose program could not be started.
            if attributes["status"] == "fail" { status = .failed }
        }

        mutating func settle(_ status: TestResult.Status, _ message: String) {
            guard self.status == .passed || status == .error else { return }
            self.status = status
            self.message = message
        }

        func add(to list: inout CaseList) { list.add(name, status, seconds: seconds, message: message) }
    }
}
