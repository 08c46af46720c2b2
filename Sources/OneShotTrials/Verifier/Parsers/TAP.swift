import OneShotCore

/// The Test Anything Protocol, versions 12 to 14 (testanything.org), with subtests that are indented by four blanks.
enum TAP {
    static func read(_ document: String, into list: inout CaseList) {
        var names: [String] = []
        var plan: Int?
        var count = 0
        var isInBlock = false
        for line in TerminalText.lines(document) {
            let text = line.trimmed
            if isInBlock {
                isInBlock = text != "..."
                continue
            }
            if text == "---" {
                isInBlock = true
                continue
            }
            let depth = line.prefix { $0 == " " }.count / 4
            if text.hasPrefix("# Subtest: ") {
                names = Array(names.prefix(depth)) + [unescaped(text.dropFirst(11))]
            } else if depth == 0, let match = text.wholeMatch(of: /1\.\.(\d{1,7})(?: .*)?/) {
                // The output of several programs, one after the other, has several plans.
                plan = (plan ?? 0) + (Int(match.1) ?? 0)
            } else if depth == 0, text.hasPrefix("Bail out!") {
                list.add("Bail out!", .error, message: String(text.dropFirst(9)))
            } else if let match = text.firstMatch(of: /^(not )?ok\b(?: +(\d+))?(?: +- +| +)?(.*)$/) {
                if depth == 0 { count += 1 }
                add(String(match.3), isOK: match.1 == nil, number: match.2, below: names.prefix(depth), to: &list)
            }
        }
        if let plan, plan != count { list.add("the plan", .error, message: "\(count) tests ran instead of \(plan)") }
    }

    private static func add(
        _ description: String,
        isOK: Bool,
        number: Substring?,
        below parents: ArraySlice<String>,
        to list: inout CaseList
    ) {
        var name = description
        var directive: Substring?
        // TAP's own words: a test that is passed over, and one that is known to fail.
        if let match = description.firstMatch(of: /(?:^|\s)#\s*((?:SKIP|TODO)\S*.*)$/.ignoresCase()) {
            directive = match.1
            name = String(description[..<match.range.lowerBound])
        }
        let own = unescaped(name[...])
        let path = parents + [own.isEmpty ? "test \(number ?? "")" : own]
        list.add(
            path.joined(separator: " > "),
            directive != nil ? .skipped : isOK ? .passed : .failed,
            message: directive.map(String.init) ?? ""
        )
    }

    private static func unescaped(_ text: Substring) -> String {
        text.replacing("\\#", with: "#").replacing("\\\\", with: "\\").trimmed
    }
}

/// What `node --test` says: the events that our reporter writes (see ``NodeReporter``), else TAP, else the spec text.
enum NodeReport {
    static func read(_ document: String, into list: inout CaseList) {
        let start = document.utf8.prefix(4000)
        if document.utf8.first == UInt8(ascii: "{") {
            events(document, into: &list)
        } else if String(decoding: Array(start), as: UTF8.self).contains("TAP version ") {
            TAP.read(document, into: &list)
        } else {
            spec(document, into: &list)
        }
    }

    private static func events(_ document: String, into list: inout CaseList) {
        var names: [String] = []
        for line in document.utf8.split(separator: UInt8(ascii: "\n")) {
            guard let event = try? JSON(parsing: line), let kind = event["event"]?.string,
                let name = event["name"]?.string, let nesting = event["nesting"]?.int, (0..<100).contains(nesting)
            else { continue }
            let file = event["file"]?.string ?? ""
            guard kind != "start" else {
                names = Array(names.prefix(nesting)) + [name]
                continue
            }
            let isOut = event["skip"]?.bool ?? false || event["todo"]?.bool ?? false
            let path = [file] + names.prefix(nesting) + [name]
            list.add(
                path.filter { !$0.isEmpty }.joined(separator: " > "),
                isOut ? .skipped : kind == "pass" ? .passed : .failed,
                seconds: (event["ms"]?.double ?? 0) / 1000,
                message: event["message"]?.string ?? ""
            )
        }
    }

    private static func spec(_ document: String, into list: inout CaseList) {
        var names: [String] = []
        for line in TerminalText.lines(document) {
            if line.hasPrefix("✖ failing tests:") { return }
            let depth = line.prefix { $0 == " " }.count / 2
            guard let match = line.trimmed.firstMatch(of: /^([✔✖﹣▶]) (.+?)(?: \([0-9.]+ms\)( # .*)?)?$/) else {
                continue
            }
            let name = String(match.2)
            if match.1 == "▶" {
                names = Array(names.prefix(depth)) + [name]
                continue
            }
            list.add(
                (names.prefix(depth) + [name]).joined(separator: " > "),
                match.3 != nil || match.1 == "﹣" ? .skipped : match.1 == "✔" ? .passed : .failed
            )
        }
    }
}
