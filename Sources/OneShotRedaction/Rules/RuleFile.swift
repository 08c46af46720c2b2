import Foundation
import OneShotCore
import TOMLKit

/// A file of rules in the format of gitleaks (https://github.com/gitleaks/gitleaks#configuration).
///
/// A session has no file names and no commits, so rules that are for certain paths only, and what allowlists say of
/// paths and commits, do not apply. The expressions are taken as they stand but for two things, which change where a
/// secret is found but not what one is: a lazy run of name characters in front of a keyword is not searched for but
/// looked up behind a match; and a value may also end at a sign that ends values in shells, URLs and prose.
struct RuleFile: Sendable {
    var rules: [SecretRule] = []
    var allowlists: [Allowlist] = []
    /// Rules of the files before it that this one turns off.
    var disabled: Set<String> = []

    /// - Parameters:
    ///   - name: what messages call the file.
    ///   - isChecked: whether every expression is compiled now, so that a bad one is found.
    /// - Throws: ``FileError/malformed(path:place:problem:)``.
    init(_ text: String, name: String, isChecked: Bool) throws {
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw FileError.malformed(
                path: name,
                place: "line \(error.source.begin.line)",
                problem: error.description.prefix { $0 != "\n" } + ""
            )
        }
        let root = RuleTable(table, file: name, place: "")
        try root.allowOnly(["title", "description", "minVersion", "extend", "allowlist", "allowlists", "rules"])
        if let extend = try root.table("extend") {
            try extend.allowOnly(["useDefault", "disabledRules"])
            disabled = Set(try extend.strings("disabledRules"))
        }
        allowlists = try root.allowlists(isChecked: isChecked)
        for (number, table) in try root.tables("rules").enumerated() {
            let rule = try Self.rule(table, number: number + 1, isChecked: isChecked)
            if let rule { rules.append(rule) }
        }
    }

    private static let ruleKeys: Set<String> = [
        "id", "description", "regex", "path", "secretGroup", "entropy", "keywords", "tags", "allowlist", "allowlists",
        "required", "skipReport",
    ]

    /// - Returns: nil for a rule that is for certain paths only.
    private static func rule(_ unnamed: RuleTable, number: Int, isChecked: Bool) throws -> SecretRule? {
        guard let id = try unnamed.string("id"), !id.isEmpty else {
            throw unnamed.error("id", "rule \(number) has none; give it a name of letters, digits and hyphens")
        }
        let table = RuleTable(unnamed.table, file: unnamed.file, place: "rule '\(id)'")
        // The name stands in placeholders, which end at a colon.
        guard id.utf8.allSatisfy(ByteSet.wordAndHyphen.contains), id.utf8.count <= 64 else {
            throw table.error("id", "may have up to 64 letters, digits, '_' and '-'")
        }
        try table.allowOnly(ruleKeys)
        let pattern = try table.string("regex")
        guard try table.string("path") == nil else { return nil }
        guard let pattern else { throw table.error("regex", "is missing") }
        if isChecked { try table.check(pattern, key: "regex") }
        let tags = try table.strings("tags")
        let entropy = try table.number("entropy") ?? 0
        let keywords = try table.strings("keywords").map { Array($0.utf8).map(ExpressionParser.lowercased) }
        let isGuess = id.hasPrefix("generic") || tags.contains("guess")
        let (searched, lead) = searchable(pattern, isGuess: isGuess)
        let expression = LazyExpression(searched)
        let group = Int(try table.number("secretGroup") ?? 0)
        if isChecked, let groups = try? expression.get().groups, !(0...groups).contains(group) {
            throw table.error("secretGroup", "is \(group), and the expression has \(groups) groups")
        }
        return SecretRule(
            id: id,
            expression: expression,
            lead: lead,
            secretGroup: group,
            entropy: entropy,
            keywords: keywords.filter { !$0.isEmpty },
            allowlists: try table.allowlists(isChecked: isChecked),
            required: try table.tables("required").map(requirement),
            isSilent: try table.flag("skipReport"),
            // A keyword that is not in the match says little about it.
            isGuess: isGuess || entropy > 0 && keywords.contains { !expression.shape.holds($0) },
            isPersonal: tags.contains("person")
        )
    }

    private static func requirement(_ table: RuleTable) throws -> SecretRule.Requirement {
        try table.allowOnly(["id", "withinLines", "withinColumns"])
        guard let id = try table.string("id") else { throw table.error("required.id", "is missing") }
        return SecretRule.Requirement(
            id: id,
            lines: try table.number("withinLines").map { Int($0) },
            columns: try table.number("withinColumns").map { Int($0) }
        )
    }

    private static let name = #"[\w.-]{0,50}?"#
    private static let end = #"(?:[\x60'"\s;]|\\[nr]|$)"#
    private static let wideEnd = #"(?:[\x60'"\s;,:&)\]}<>?!|#*@%\\^$\[]|\.(?:\W|$)|$)"#

    private static func searchable(_ pattern: String, isGuess: Bool) -> (pattern: String, lead: Int) {
        var pattern = pattern
        var lead = 0
        for flags in ["(?i)", ""] where pattern.hasPrefix(flags + name) {
            pattern = flags + pattern.dropFirst(flags.count + name.count)
            lead = 50
            break
        }
        // Behind words alone, more ends would find more that is no secret.
        return (isGuess ? pattern : pattern.replacing(end, with: wideEnd), lead)
    }
}
