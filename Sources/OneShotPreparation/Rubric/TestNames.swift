import Foundation
public import OneShotCore

/// The names that a criterion may be bound to: test functions, test cases and their methods of `test_skeleton.py`, and
/// the suites of `suites.json`.
public struct TestNames: Sendable, Equatable {
    /// What the results will be called, in the order of the files.
    public let tests: [String]
    /// Whole classes and bare methods, which mean several of them.
    private let groups: Set<String>

    public init(tests: [String]) {
        self.tests = tests
        groups = Set(tests.flatMap { $0.contains(".") ? $0.split(separator: ".").map(String.init) : [] })
    }

    public func contains(_ name: String) -> Bool { tests.contains(name) || groups.contains(name) }

    /// The tests that a name means.
    public func tests(named name: String) -> [String] {
        tests.contains(name)
            ? [name] : tests.filter { $0.hasSuffix(".\(name)") || $0.hasPrefix("\(name).") }
    }

    func nearest(to name: String) -> String? {
        if let near = StrictJSON.nearest(name, in: tests + groups.sorted()) { return near }
        return tests.first { $0.hasPrefix(name) || name.hasPrefix($0) || $0.hasSuffix(name) }
    }

    var list: String {
        tests.isEmpty
            ? "none" : tests.prefix(5).joined(separator: ", ") + (tests.count > 5 ? " and \(tests.count - 5) more" : "")
    }
}

extension TestNames {
    /// Of a prepared task; nil where its tests are made while they run, so that their names are only known then.
    ///
    /// - Throws: ``FileError``.
    public init?(of layout: PreparedTaskLayout) throws {
        guard let data = try? Data(contentsOf: layout.testScript) else {
            throw FileError.unreadable(path: layout.testScript.path, reason: "no such file, or no permission")
        }
        guard let functions = Self.names(inPython: String(decoding: data, as: UTF8.self)) else { return nil }
        let suites = try TestSuites.read(layout.tests.appendingPathComponent("suites.json"))
        self.init(tests: functions + suites.suites.map(\.id))
    }

    /// - Returns: nil for a program that makes tests while it runs.
    static func names(inPython program: String) -> [String]? {
        let makers = ["setattr(", "globals()[", "def load_tests(", "= type(", " import *"]
        guard !makers.contains(where: program.contains) else { return nil }
        var names: [String] = []
        var section = ""
        // Inside of a text over several lines nothing is a definition.
        var quote: String?
        for line in program.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if let open = quote {
                if line.contains(open) { quote = nil }
                continue
            }
            for mark in ["\"\"\"", "'''"] where line.components(separatedBy: mark).count.isMultiple(of: 2) {
                quote = mark
            }
            let text = line.drop { $0 == " " || $0 == "\t" }
            let isTop = text.startIndex == line.startIndex
            if isTop, text.hasPrefix("class ") {
                section = String(text.dropFirst("class ".count).prefix { $0.isLetter || $0.isNumber || $0 == "_" })
                continue
            }
            if isTop, !text.isEmpty, !text.hasPrefix("#"), !text.hasPrefix("@"), !text.hasPrefix(")") { section = "" }
            let definition = text.hasPrefix("async def ") ? text.dropFirst("async ".count) : text
            guard definition.hasPrefix("def test") else { continue }
            let name = String(definition.dropFirst("def ".count).prefix { $0.isLetter || $0.isNumber || $0 == "_" })
            if isTop {
                names.append(name)
            } else if !section.isEmpty {
                names.append("\(section).\(name)")
            }
        }
        return names
    }
}
