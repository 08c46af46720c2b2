import OneShotCore
import TOMLKit

/// A table of a rule file, whose values are read with messages that say where a bad one is.
struct RuleTable {
    let table: TOMLTable
    let file: String
    /// Such as `rule 'x'`; empty at the top of the file.
    let place: String

    init(_ table: TOMLTable, file: String, place: String) {
        self.table = table
        self.file = file
        self.place = place
    }

    func error(_ key: String, _ problem: String) -> FileError {
        .malformed(path: file, place: place.isEmpty ? key : "\(place), \(key)", problem: problem)
    }

    func allowOnly(_ keys: Set<String>) throws {
        if let unknown = table.keys.sorted().first(where: { !keys.contains($0) }) {
            throw error(unknown, "is not a key here; known are \(keys.sorted().joined(separator: ", "))")
        }
    }

    func string(_ key: String) throws -> String? {
        guard let value = table[key] else { return nil }
        guard let string = value.string else { throw error(key, "is not a string") }
        return string
    }

    func number(_ key: String) throws -> Double? {
        guard let value = table[key] else { return nil }
        guard let number = value.double ?? value.int.map({ Double($0) }), abs(number) < 1e9 else {
            throw error(key, "is not a number that can be used")
        }
        return number
    }

    func flag(_ key: String) throws -> Bool {
        guard let value = table[key] else { return false }
        guard let flag = value.bool else { throw error(key, "is neither true nor false") }
        return flag
    }

    func strings(_ key: String) throws -> [String] {
        guard let value = table[key] else { return [] }
        guard let array = value.array else { throw error(key, "is not a list of strings") }
        return try array.map { element in
            guard let string = element.string else { throw error(key, "is not a list of strings") }
            return string
        }
    }

    func table(_ key: String) throws -> RuleTable? {
        guard let value = table[key] else { return nil }
        guard let table = value.table else { throw error(key, "is not a table") }
        return RuleTable(table, file: file, place: place.isEmpty ? key : "\(place), \(key)")
    }

    func tables(_ key: String) throws -> [RuleTable] {
        guard let value = table[key] else { return [] }
        guard let array = value.array else { throw error(key, "is not a list of tables ('[[\(key)]]')") }
        return try array.map { element in
            guard let table = element.table else { throw error(key, "is not a list of tables ('[[\(key)]]')") }
            return RuleTable(table, file: file, place: place)
        }
    }

    /// - Throws: ``FileError/malformed(path:place:problem:)``.
    func check(_ pattern: String, key: String) throws {
        do {
            _ = try RegularExpression(pattern)
        } catch {
            throw self.error(key, "is not an expression that RE2 reads: \(error.reason)")
        }
    }

    /// Those of `[[allowlists]]` and of the older `[allowlist]` that can apply to a text without path and commit.
    func allowlists(isChecked: Bool) throws -> [Allowlist] {
        let older = try table("allowlist").map { [$0] } ?? []
        return try (older + tables("allowlists")).compactMap { try $0.allowlist(isChecked: isChecked) }
    }

    private func allowlist(isChecked: Bool) throws -> Allowlist? {
        try allowOnly([
            "description", "condition", "paths", "commits", "regexes", "regexTarget", "stopwords", "targetRules",
        ])
        let condition = try string("condition") ?? "OR"
        guard ["OR", "||", "AND", "&&"].contains(condition.uppercased()) else {
            throw error("allowlists.condition", "is neither OR nor AND")
        }
        let needsAll = ["AND", "&&"].contains(condition.uppercased())
        let hasPlace = !(try strings("paths").isEmpty && strings("commits").isEmpty)
        if needsAll, hasPlace { return nil }
        let name = try string("regexTarget") ?? ""
        guard let target = name.isEmpty ? .secret : Allowlist.Target(rawValue: name) else {
            throw error("allowlists.regexTarget", "is none of secret, match, line")
        }
        let patterns = try strings("regexes")
        if isChecked { for pattern in patterns { try check(pattern, key: "allowlists.regexes") } }
        let stopwords = try strings("stopwords").filter { !$0.isEmpty }
        guard !patterns.isEmpty || !stopwords.isEmpty else { return nil }
        return Allowlist(
            needsAll: needsAll,
            target: target,
            expressions: patterns.map { LazyExpression($0) },
            stopwords: stopwords.isEmpty ? nil : KeywordIndex(stopwords.map { Array($0.utf8) }),
            rules: Set(try strings("targetRules"))
        )
    }
}
