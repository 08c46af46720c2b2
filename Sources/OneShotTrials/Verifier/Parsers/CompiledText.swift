import OneShotCore

/// The events of `go test -json`, one JSON object a line (`go doc test2json`).
enum GoEvents {
    static func read(_ document: String, into list: inout CaseList) {
        var outputs: [String: String] = [:]
        var running: [String] = []
        var failing: Set<String> = []
        var failedPackages: [String] = []
        for line in document.utf8.split(separator: UInt8(ascii: "\n")) {
            guard line.first == UInt8(ascii: "{") else {
                if let name = brokenPackage(String(decoding: Array(line), as: UTF8.self)) {
                    failedPackages.append(name)
                }
                continue
            }
            guard let event = try? JSON(parsing: line), let action = event["Action"]?.string,
                let package = event["Package"]?.string
            else { continue }
            guard let test = event["Test"]?.string else {
                if action == "fail" { failedPackages.append(package) }
                continue
            }
            let name = "\(package).\(test)"
            switch action {
            case "run": running.append(name)
            case "output":
                let text = event["Output"]?.string ?? ""
                let isNoise = text.hasPrefix("=== ") || text.hasPrefix("--- ")
                if !isNoise, outputs[name, default: ""].count < CaseList.messageLength {
                    outputs[name, default: ""] += text
                }
            case "pass", "fail", "skip":
                let status: TestResult.Status = action == "pass" ? .passed : action == "fail" ? .failed : .skipped
                if status == .failed { failing.insert(package) }
                list.add(name, status, seconds: event["Elapsed"]?.double ?? 0, message: outputs[name] ?? "")
                running.removeAll { $0 == name }
            default: break
            }
        }
        for name in running { list.add(name, .error, message: "it did not end") }
        // A package that does not compile, or that ends before its tests do, has no test that says so.
        for package in failedPackages where !failing.contains(package) {
            list.add(package, .error, message: "the package failed as a whole")
        }
    }

    /// `FAIL	example.com/x [build failed]`
    private static func brokenPackage(_ line: String) -> String? {
        let fields = line.split(separator: "\t")
        guard fields.count == 2, fields[0] == "FAIL", let bracket = fields[1].firstIndex(of: "[") else { return nil }
        return fields[1][..<bracket].trimmed
    }
}

/// What `cargo test` prints: libtest's lines below the program that they come from.
enum CargoText {
    static func read(_ document: String, into list: inout CaseList) {
        var program = ""
        for line in TerminalText.lines(document) {
            if let match = line.firstMatch(
                of: /^\s+Running (?:unittests )?(\S+) \((?:.*\/)?([^\/]+?)(?:-[0-9a-f]{16})?\)$/
            ) {
                program = "\(match.2) \(match.1) "
            } else if let match = line.firstMatch(of: /^\s+Doc-tests (\S+)$/) {
                program = "\(match.1) doc "
            } else if let match = line.firstMatch(
                of: /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)(?:, (.*))?$/
            ) {
                // Documentation tests are named by their line, which is another as soon as somebody writes above it.
                let name = String(match.1).replacing(/\s\(line \d+\)/, with: "")
                let status: TestResult.Status = match.2 == "ok" ? .passed : match.2 == "FAILED" ? .failed : .skipped
                list.add(program + name, status, message: match.3.map(String.init) ?? "")
            }
        }
    }
}

/// What `swift test` prints: the lines of XCTest and of Swift Testing.
enum SwiftTestText {
    static func read(_ document: String, into list: inout CaseList) {
        var issues: [String: String] = [:]
        for line in TerminalText.lines(document) {
            if let match = line.firstMatch(
                of: /^Test Case '(?:-\[)?(.+?)\]?' (passed|failed|skipped) \(([0-9.]+) seconds\)/
            ) {
                let name = String(match.1).replacing(" ", with: ".")
                list.add(name, status(match.2), seconds: Double(match.3) ?? 0, message: issues[name] ?? "")
            } else if let match = line.firstMatch(of: /: error: (?:-\[)?([\w.]+)[. ](\w+)\]? : (.*)$/) {
                issues["\(match.1).\(match.2)", default: ""] += match.3 + "\n"
            } else if line.contains("Test run with ") || line.contains("Test case passing ") {
                continue
            } else if let match = line.firstMatch(
                of: /^\S+\s+Test (.+?)(?: with \d+ test cases?)? (passed|failed) after ([0-9.]+) seconds/
            ) {
                let name = unquoted(match.1)
                list.add(name, status(match.2), seconds: Double(match.3) ?? 0, message: issues[name] ?? "")
            } else if let match = line.firstMatch(of: /^\S+\s+Test (.+?) skipped(?:: "?(.*?)"?)?$/) {
                list.add(unquoted(match.1), .skipped, message: match.2.map(String.init) ?? "")
            } else if let match = line.firstMatch(of: /^\S+\s+Test (.+?) recorded an issue.*? at (.*)$/) {
                issues[unquoted(match.1), default: ""] += match.2 + "\n"
            }
        }
    }

    private static func status(_ word: Substring) -> TestResult.Status {
        word == "passed" ? .passed : word == "failed" ? .failed : .skipped
    }

    private static func unquoted(_ name: Substring) -> String {
        name.count > 1 && name.hasPrefix("\"") && name.hasSuffix("\"")
            ? String(name.dropFirst().dropLast()) : String(name)
    }
}
