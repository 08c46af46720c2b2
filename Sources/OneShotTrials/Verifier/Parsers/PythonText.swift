import OneShotCore

/// The lines of our own Python driver (see ``PythonDriver``): one JSON object for each case.
enum PythonReport {
    static func read(_ document: String, into list: inout CaseList) {
        for line in document.utf8.split(separator: UInt8(ascii: "\n")) {
            guard let event = try? JSON(parsing: line), let name = event["case"]?.string,
                let status = event["status"]?.string.flatMap(TestResult.Status.init)
            else { continue }
            list.add(
                name,
                status,
                seconds: event["seconds"]?.double ?? 0,
                message: event["message"]?.string ?? ""
            )
        }
    }
}

/// The summary that pytest prints with `-rA`.
enum PytestText {
    private static let words: [String: TestResult.Status] = [
        "PASSED": .passed, "FAILED": .failed, "ERROR": .error, "SKIPPED": .skipped, "XFAIL": .skipped,
        "XPASS": .passed, "SUBFAILED": .failed,
    ]

    static func read(_ document: String, into list: inout CaseList) {
        let lines = TerminalText.lines(document)
        guard let header = lines.lastIndex(where: { $0.hasPrefix("=") && $0.contains(" short test summary info ") })
        else { return }
        for line in lines[(header + 1)...] {
            guard let space = line.firstIndex(of: " ") else { continue }
            let word = line[..<space].prefix { $0.isUppercase }
            guard let status = words[String(word)] else { continue }
            let rest = line[space...].dropFirst()
            if status == .skipped, rest.hasPrefix("[") {
                // `SKIPPED [1] tests/test_a.py:4: why`: pytest folds these and gives places, not names.
                let place = rest.drop { $0 != " " }.dropFirst().split(separator: ": ", maxSplits: 1)
                if let name = place.first { list.add(String(name), .skipped, message: place.dropFirst().joined()) }
                continue
            }
            let (name, message) = split(rest)
            list.add(name, status, message: message)
        }
    }

    /// A name may hold ` - ` in its brackets.
    private static func split(_ text: Substring) -> (name: String, message: String) {
        let scalars = Array(text)
        var depth = 0
        var index = 0
        while index < scalars.count {
            if scalars[index] == "[" { depth += 1 }
            if scalars[index] == "]" { depth = max(0, depth - 1) }
            if depth == 0, scalars[index...].starts(with: " - ") {
                return (String(scalars[..<index]), String(scalars[(index + 3)...]))
            }
            index += 1
        }
        return (String(text), "")
    }
}

/// What `python -m unittest -v` prints.
enum UnittestText {
    static func read(_ document: String, into list: inout CaseList) {
        var open: String?
        for line in TerminalText.lines(document) {
            if let match = line.firstMatch(of: /^(FAIL|ERROR): (\S+) \(([^\s()]+)\)/) {
                list.add(name(match.2, match.3), match.1 == "FAIL" ? .failed : .error)
                open = nil
                continue
            }
            if let match = line.firstMatch(of: /^\s*(\w+) \(([^\s()]+)\)(?: [(\[].*[)\]])?(?: \.\.\. ?(.*))?$/) {
                open = name(match.1, match.2)
                if let rest = match.3, let (status, message) = verdict(rest), let name = open {
                    list.add(name, status, message: message)
                    // What follows a failed sub-test is the next one of the same test.
                    if status != .failed || !line.hasPrefix(" ") { open = nil }
                }
                continue
            }
            guard let name = open else { continue }
            let rest = line.ranges(of: " ... ").last.map { line[$0.upperBound...] } ?? line
            if let (status, message) = verdict(rest) {
                list.add(name, status, message: message)
                open = nil
            }
        }
    }

    private static func verdict(_ text: Substring) -> (TestResult.Status, String)? {
        switch text {
        case "ok": (.passed, "")
        case "FAIL": (.failed, "")
        case "ERROR": (.error, "")
        case "expected failure": (.skipped, "expected failure")
        case "unexpected success": (.failed, "unexpected success")
        case let text where text.hasPrefix("skipped "): (.skipped, String(text.dropFirst(8)))
        default: nil
        }
    }

    /// Python 3.11 and later say `test_a (module.Case.test_a)`, earlier ones `test_a (module.Case)`.
    private static func name(_ method: Substring, _ place: Substring) -> String {
        place.hasSuffix(".\(method)") ? String(place) : "\(place).\(method)"
    }
}
