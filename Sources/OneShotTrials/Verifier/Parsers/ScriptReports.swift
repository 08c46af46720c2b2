import OneShotCore

/// The document of `jest --json` and of `vitest --reporter=json`, which has the same form.
enum JestReport {
    static func read(_ document: String, into list: inout CaseList) {
        guard let report = json(document) else { return }
        for file in report["testResults"]?.elements ?? [] {
            let path = relative(file["name"]?.string ?? file["testFilePath"]?.string ?? "")
            let results = file["assertionResults"]?.elements ?? file["testResults"]?.elements ?? []
            for result in results {
                let titles = (result["ancestorTitles"]?.elements ?? []).compactMap(\.string)
                let title = result["title"]?.string ?? result["fullName"]?.string ?? ""
                let message = (result["failureMessages"]?.elements ?? []).compactMap(\.string).joined(separator: "\n")
                list.add(
                    ([path] + titles + [title]).filter { !$0.isEmpty }.joined(separator: " > "),
                    status(result["status"]?.string),
                    seconds: (result["duration"]?.double ?? 0) / 1000,
                    message: TerminalText.plain(message)
                )
            }
            if results.isEmpty, file["status"]?.string == "failed" {
                list.add(path, .error, message: TerminalText.plain(file["message"]?.string ?? ""))
            }
        }
    }

    private static func status(_ word: String?) -> TestResult.Status {
        switch word {
        case "passed": .passed
        case "failed": .failed
        case "pending", "skipped", "todo", "disabled", "focused": .skipped
        default: .error
        }
    }

    /// Both name files by their absolute path.
    private static func relative(_ path: String) -> String {
        let prefix = InsidePath.workspace + "/"
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }

    /// The document, with or without other lines before it.
    static func json(_ document: String) -> JSON? {
        if let value = try? JSON(parsing: document) { return value }
        for line in document.utf8.split(separator: UInt8(ascii: "\n")) where line.first == UInt8(ascii: "{") {
            if let value = try? JSON(parsing: line), value.members.count > 1 { return value }
        }
        return nil
    }
}

/// The document of `rspec --format json`.
enum RSpecReport {
    static func read(_ document: String, into list: inout CaseList) {
        guard let report = JestReport.json(document) else { return }
        for example in report["examples"]?.elements ?? [] {
            var path = example["file_path"]?.string ?? ""
            if path.hasPrefix("./") { path.removeFirst(2) }
            let status: TestResult.Status =
                switch example["status"]?.string {
                case "passed": .passed
                case "failed": .failed
                case "pending": .skipped
                default: .error
                }
            list.add(
                "\(path) \(example["full_description"]?.string ?? example["id"]?.string ?? "")",
                status,
                seconds: example["run_time"]?.double ?? 0,
                message: example["exception"]?["message"]?.string ?? example["pending_message"]?.string ?? ""
            )
        }
        if let count = report["summary"]?["errors_outside_of_examples_count"]?.int, count > 0 {
            list.add("outside of the examples", .error, message: "\(count) errors")
        }
    }
}

/// What Minitest prints with `-v`, and test-unit with `--verbose=verbose`.
enum MinitestText {
    static func read(_ document: String, into list: inout CaseList) {
        var group = ""
        for line in TerminalText.lines(document) {
            if let match = line.firstMatch(of: /^(.+) = ([0-9.]+) s = ([.FES])$/) {
                list.add(String(match.1), status(match.3), seconds: Double(match.2) ?? 0)
            } else if let match = line.firstMatch(of: /^([A-Z][\w:]*): $/) {
                group = String(match.1)
            } else if let match = line.firstMatch(of: /^  +(test[^:]*):\s+([.FEPON])(?:: \(([0-9.]+)\))?$/),
                !group.isEmpty
            {
                let seconds = match.3.flatMap { Double($0) } ?? 0
                list.add("\(group)#\(match.1.trimmed)", status(match.2), seconds: seconds)
            }
        }
    }

    private static func status(_ mark: Substring) -> TestResult.Status {
        switch mark {
        case ".": .passed
        case "F": .failed
        case "E": .error
        default: .skipped
        }
    }
}
