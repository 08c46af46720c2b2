import Foundation
import OneShotCore
import Testing

@Suite("A text that quotes the solution")
struct SolutionQuotesTests {
    private static let patch = """
        diff --git a/src/tally cli.py b/src/tally cli.py
        index 1..2 100644
        --- a/src/tally cli.py
        +++ b/src/tally cli.py
        @@ -1,3 +1,6 @@ def main():
         import old_module
        -def read_lines(path):
        +def parse_line(line, maxLength):
        +    # Numbers are grouped by their first digit before sorting
        +    return sorter(line)
        +def read_lines(path, json):
        diff --git a/README.md b/README.md
        --- a/README.md
        +++ b/README.md
        @@ -1 +1,2 @@
         # tally
        +Call it with the flag that you want to have
        diff --git a/x.bin b/x.bin
        GIT binary patch
        literal 3
        Kc$parse_binary_thing

        """
    private static let quotes = SolutionQuotes(patch: Data(patch.utf8))

    private static func found(_ text: String) -> [String] {
        quotes.quotes(in: text).map { "\($0.line) \($0.text) \($0.path)" }
    }

    @Test(
        "is marked with line, words and file",
        arguments: [
            ("Do it.\nWrite parse_line for it.", ["2 parse_line src/tally cli.py"]),
            ("It takes maxLength.", ["1 maxLength src/tally cli.py"]),
            ("Use `sorter` here; sorter is fine.", ["1 sorter src/tally cli.py"]),
            ("Call sorter(x).", ["1 sorter src/tally cli.py"]),
            (
                "The numbers are\ngrouped by their FIRST digit, before sorting.",
                ["1 numbers are grouped by their FIRST digit, before sorting src/tally cli.py"]
            ),
            ("parse_line and parse_line", ["1 parse_line src/tally cli.py"]),
        ]
    )
    func found(text: String, quotes: [String]) {
        #expect(Self.found(text) == quotes)
    }

    @Test(
        "is not what merely sounds like it",
        arguments: [
            "Mend the sorter of numbers.", "Keep read_lines and old_module.", "Add `--json` to it.",
            "Numbers are grouped by their last digit before sorting", "parse_lines, my_parse_line, parse-line",
            "parse_binary_thing", "", "Group the numbers.",
            // Six words in a row, none of which says anything.
            "the flag that you want to have",
        ]
    )
    func clean(text: String) {
        #expect(Self.found(text) == [])
    }

    @Test("is known when a line of the start says the same")
    func known() throws {
        let name = try #require(Self.quotes.quotes(in: "parse_line").first)
        #expect(name.isKnown(by: "x = parse_line(y)"))
        #expect(!name.isKnown(by: "x = parse_lines(y)"))
        let phrase = try #require(Self.quotes.quotes(in: "Numbers are grouped by their first digit").first)
        #expect(phrase.isKnown(by: "# numbers are grouped by their first digit."))
        #expect(!phrase.isKnown(by: "# numbers are grouped"))
    }

    @Test("is looked for in time that grows with the text")
    func linear() {
        let lines = (0..<5_000).map { "+some words of line number_\($0) and nothing that is known elsewhere" }
        let patch = "diff --git a/a b/a\n@@ -0,0 +1 @@\n" + lines.joined(separator: "\n")
        let quotes = SolutionQuotes(patch: Data(patch.utf8))
        let start = ContinuousClock.now
        let text = String(repeating: "plain words that nobody has written before this\n", count: 5_000)
        #expect(quotes.quotes(in: text + "number_77").map(\.text) == ["number_77"])
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
