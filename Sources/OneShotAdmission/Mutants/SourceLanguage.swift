/// What has to be known of a programming language to change its code without a parser: where comments and strings are,
/// and how a condition is written.
public struct SourceLanguage: Sendable {
    /// As in `validation.json` and in the table of tampers.
    public let name: String
    let extensions: Set<String>
    var lineComments: [String] = []
    var blockComments: [Quote] = []
    /// The longer openings first.
    var strings: [Quote] = []
    var condition: Condition = .none
    /// What a line that only brings in names begins with.
    var imports: [String] = []

    struct Quote: Sendable {
        var open: String
        var close: String
        var spansLines = false
    }

    /// How `if` is written.
    enum Condition: Sendable {
        case none
        /// `if x:`
        case colon
        /// `if (x)`
        case parentheses
        /// `if x {`
        case brace
        /// `if x; then`
        case then
        /// `if x` up to the end of the line
        case line
    }

    private static let quotes = [Quote(open: "\"", close: "\""), Quote(open: "'", close: "'")]
    private static let block = Quote(open: "/*", close: "*/", spansLines: true)

    private static func cFamily(
        _ name: String,
        _ extensions: Set<String>,
        strings: [Quote] = quotes,
        condition: Condition = .parentheses,
        imports: [String]
    ) -> SourceLanguage {
        SourceLanguage(
            name: name,
            extensions: extensions,
            lineComments: ["//"],
            blockComments: [block],
            strings: strings,
            condition: condition,
            imports: imports
        )
    }

    static let all: [SourceLanguage] = [
        SourceLanguage(
            name: "python",
            extensions: ["py", "pyi"],
            lineComments: ["#"],
            strings: [
                Quote(open: "\"\"\"", close: "\"\"\"", spansLines: true),
                Quote(open: "'''", close: "'''", spansLines: true),
            ] + quotes,
            condition: .colon,
            imports: ["import ", "from "]
        ),
        cFamily(
            "javascript",
            ["js", "mjs", "cjs", "jsx", "ts", "tsx", "mts", "cts"],
            strings: quotes + [Quote(open: "`", close: "`", spansLines: true)],
            imports: ["import ", "export * ", "export {"]
        ),
        cFamily(
            "go",
            ["go"],
            strings: quotes + [Quote(open: "`", close: "`", spansLines: true)],
            condition: .brace,
            imports: ["import ", "package "]
        ),
        // A single quote begins a lifetime as often as a character.
        cFamily(
            "rust",
            ["rs"],
            strings: [Quote(open: "\"", close: "\"", spansLines: true)],
            condition: .brace,
            imports: ["use ", "pub use ", "mod ", "pub mod ", "extern crate "]
        ),
        cFamily(
            "swift",
            ["swift"],
            strings: [Quote(open: "\"\"\"", close: "\"\"\"", spansLines: true), Quote(open: "\"", close: "\"")],
            condition: .brace,
            imports: ["import ", "public import ", "@testable import "]
        ),
        cFamily("java", ["java", "kt", "kts", "scala", "groovy"], imports: ["import ", "package "]),
        cFamily("c", ["c", "h", "cc", "cpp", "cxx", "hh", "hpp", "hxx", "m", "mm"], imports: ["#include"]),
        cFamily("csharp", ["cs"], imports: ["using "]),
        cFamily("dart", ["dart"], imports: ["import ", "export ", "part "]),
        SourceLanguage(
            name: "php",
            extensions: ["php"],
            lineComments: ["//", "#"],
            blockComments: [block],
            strings: quotes,
            condition: .parentheses,
            imports: ["use ", "require", "include", "<?php"]
        ),
        SourceLanguage(
            name: "ruby",
            extensions: ["rb", "rake", "gemspec"],
            lineComments: ["#"],
            strings: quotes,
            condition: .line,
            imports: ["require"]
        ),
        SourceLanguage(
            name: "shell",
            extensions: ["sh", "bash", "zsh", "bats"],
            lineComments: ["#"],
            strings: quotes,
            condition: .then
        ),
        SourceLanguage(
            name: "perl",
            extensions: ["pl", "pm", "t"],
            lineComments: ["#"],
            strings: quotes,
            condition: .parentheses,
            imports: ["use ", "require "]
        ),
        SourceLanguage(
            name: "lua",
            extensions: ["lua"],
            lineComments: ["--"],
            strings: quotes,
            imports: ["local function", "require"]
        ),
    ]

    /// The language of a file, by the end of its name; nil for what is no code.
    public static func of(_ path: String) -> SourceLanguage? {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return nil }
        let ending = name[name.index(after: dot)...].lowercased()
        return all.first { $0.extensions.contains(ending) }
    }
}
