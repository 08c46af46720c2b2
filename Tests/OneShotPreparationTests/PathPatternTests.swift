import Testing

@testable import OneShotPreparation

@Suite("Patterns for paths")
struct PathPatternTests {
    @Test(
        "a pattern fits what it says, and all that is in a directory that it fits",
        arguments: [
            ("docs/**", ["docs/a.md", "docs/a/b.md"], ["docs", "xdocs/a.md", "a/docs/b"]),
            ("docs", ["docs", "docs/a/b.md"], ["docs2", "a/docs"]),
            ("**/*.log", ["a.log", "a/b/c.log", "a.log/x"], ["a.logs", "log"]),
            ("*.py", ["a.py"], ["a/b.py", "a.pyc"]),
            ("a/**/z", ["a/z", "a/b/z", "a/b/c/z/y"], ["a/b", "z"]),
            ("?.[ch]", ["a.c", "é.h"], ["ab.c", "a.o", "a/c"]),
            ("[!a-c]x", ["dx"], ["ax", "x"]),
            ("[]]", ["]"], ["["]),
            ("a*b*c", ["abc", "aXbYbZc"], ["abcd", "acb"]),
            (#"\*"#, ["*"], ["a"]),
            ("dir with space/*", ["dir with space/x"], ["dir"]),
        ]
    )
    func fits(pattern: String, yes: [String], no: [String]) throws {
        let pattern = try PathPattern(pattern)
        for path in yes { #expect(pattern.matches(path), "\(path)") }
        for path in no { #expect(!pattern.matches(path), "\(path)") }
    }

    @Test(
        "what is no pattern is refused",
        arguments: ["", "/etc", "../x", "a/../b", "a//b", "./a", ".git/config", "a/.GIT", "[a", "[z-a]", "a**", "a\\"]
    )
    func refused(text: String) {
        #expect(throws: PathPattern.Problem.self) { try PathPattern(text) }
    }

    @Test("a pattern with many stars takes no time")
    func stars() throws {
        let pattern = try PathPattern(String(repeating: "*a", count: 40) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 2000)))
    }
}
