import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotAdmission

@Suite("Mutants of a solution", .timeLimit(.minutes(1)))
struct MutantTests {
    @Test(
        "a line is changed in its code, never in its strings and comments",
        arguments: [
            ("py", "    if a == b:  # 1 == 2", ["if a != b:", "if not (a == b):"]),
            ("py", "x = \"a == b\"", []),
            ("py", "    return 0 if done and ready else 17", ["return 1 if", "done or ready", "else 18"]),
            ("py", "value = items[0].x1 + 1.5", ["items[1]", ".x1 - 1.5"]),
            ("go", "\tif err := f(); err != nil {", ["err == nil"]),
            ("go", "\tif n > 3 {", ["n <= 3", "n > 4", "if !(n > 3) {"]),
            ("rs", "fn f<'a>(x: Vec<u8>) -> bool { true }", ["{ false }"]),
            ("ts", "if (a(b) && c) return `1 ${x}`;", ["a(b) || c", "if (!(a(b) && c)) return"]),
            ("sh", "if [ \"$1\" -eq 2 ]; then # 7", ["-ne 2", "-eq 3", "if ! [ \"$1\" -eq 2 ]; then"]),
            ("swift", "    if let x = y, x > 1 {", ["x <= 1", "x > 2"]),
        ]
    )
    func lines(ending: String, line: String, changed: [String]) throws {
        let language = try #require(SourceLanguage.of("x.\(ending)"))
        var mask = CodeMask(language)
        let code = mask.next(Array(line.utf8))
        let found = LineMutation.all(of: Array(line.utf8), mask: code, language: language)
            .map { String(decoding: $0.line, as: UTF8.self) }
        #expect(found.count == changed.count, "\(found)")
        for text in changed { #expect(found.contains { $0.contains(text) }, "\(text) in \(found)") }
        #expect(!found.contains(line))
    }

    @Test("comments and strings that span lines are none of the code")
    func spans() throws {
        let python = try #require(SourceLanguage.of("x.py"))
        var mask = CodeMask(python)
        #expect(mask.next(Array("x = \"\"\"a".utf8)).count(where: \.self) == 4)
        #expect(!mask.next(Array("if a == b:".utf8)).contains(true))
        #expect(mask.next(Array("\"\"\" + y".utf8)).suffix(1) == [true])
        var c = CodeMask(try #require(SourceLanguage.of("x.c")))
        #expect(c.next(Array("a; /* b".utf8)).count(where: \.self) == 3)
        #expect(!c.next(Array("c == d".utf8)).contains(true))
        #expect(c.next(Array("*/ e".utf8)) == [false, false, true, true])
    }

    @Test("the pieces of a solution that do something are told from those that do not")
    func decisive() throws {
        let mutants = Mutant.all(of: try Patch(parsing: Data(Self.solution.utf8)), limit: 100, seed: 1)
        let pieces = mutants.filter(\.kind.isStructural).sorted { $0.name < $1.name }
        #expect(
            pieces.map { "\($0.name) \($0.isDecisive)" } == [
                "README.md:1 the file's change left out false",
                "calc.py:1 hunk 1 of 3 reverted false",
                "calc.py:1 the file's change left out true",
                "calc.py:11 hunk 2 of 3 reverted true",
                "calc.py:21 hunk 3 of 3 reverted false",
            ]
        )
        #expect(mutants.contains { $0.file == "calc.py" && $0.line == 13 && !$0.kind.isStructural })
        #expect(!mutants.contains { $0.file == "README.md" && !$0.kind.isStructural })
    }

    @Test("every mutant applies to the start, and is neither the solution nor nothing", arguments: 0..<12)
    func applies(seed: UInt64) async throws {
        var random = SplitMix(seed: seed)
        let base = Self.program(&random)
        var changed = base
        for _ in 0..<4 {
            let line = Int.random(in: changed.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                changed[line] =
                    "    total += \(Int.random(in: 0..<99, using: &random)) if x > 3 and y == \(line) else 0"
            case 1: changed.remove(at: line)
            default: changed.insert("    if flag == True:\n        return \(line)", at: line)
            }
        }
        try await withTemporaryDirectory { directory in
            let old = directory.appendingPathComponent("a.py")
            try Data(base.joined(separator: "\n").utf8).write(to: old)
            try await Command("git", ["init", "-q"], directory: directory).runChecked()
            try await Command("git", ["add", "-A"], directory: directory).runChecked()
            try Data(changed.joined(separator: "\n").utf8).write(to: old)
            let solution = try await Command("git", ["diff"], directory: directory).runChecked().standardOutput
            try await Command("git", ["checkout", "-q", "a.py"], directory: directory).runChecked()
            let patch = try Patch(parsing: solution)
            #expect(patch.data == solution)
            let mutants = Mutant.all(of: patch, limit: 6, seed: seed)
            #expect(mutants == Mutant.all(of: patch, limit: 6, seed: seed))
            #expect(mutants.count <= 6)
            for mutant in mutants {
                #expect(mutant.patch != solution)
                let check = Command("git", ["apply", "--check", "-"], directory: directory, input: mutant.patch)
                #expect(try await check.run().succeeded, "\(mutant.name)")
            }
        }
    }

    private static func program(_ random: inout SplitMix) -> [String] {
        (0..<Int.random(in: 3..<60, using: &random)).map { "line_\($0) = \(UInt8.random(in: 0...9, using: &random))" }
            + [""]
    }

    private static let solution = """
        diff --git a/README.md b/README.md
        --- a/README.md
        +++ b/README.md
        @@ -1 +1,2 @@
         # calc
        +if a == b: it adds
        diff --git a/calc.py b/calc.py
        --- a/calc.py
        +++ b/calc.py
        @@ -1,2 +1,3 @@
         import os
        +import sys
         
        @@ -10,2 +11,4 @@ def f():
         def f():
             x = 1
        +    if x == y:
        +        return 2
        @@ -18,2 +21,3 @@
         def g():
             pass
        +    # adds 1 == 2

        """
}
