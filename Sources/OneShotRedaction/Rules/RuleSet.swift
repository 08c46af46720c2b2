import COneShotRules
import Crypto
public import Foundation
import OneShotCore

/// The rules that a ``Redactor`` searches with: gitleaks' own, ours, and those of a user's files.
///
/// One is made once and shared: it is read from its files when it is first used, and each expression is compiled when
/// a text first holds one of the rule's keywords.
public struct RuleSet: Sendable {
    let index: RuleIndex
    private let files: [RuleFile]

    /// Names exactly these rules: 12 hexadecimal digits of the SHA-256 of their files.
    public let version: String

    /// The rules that come with the program.
    public static let standard: RuleSet = {
        do {
            return try RuleSet(shipped: [oneshot_own_rules(), oneshot_gitleaks_rules()])
        } catch {
            // A redactor without rules would pass everything on.
            preconditionFailure("the rules that came with this program cannot be read: \(error)")
        }
    }()

    /// The standard rules, and those of one more file in gitleaks' format. A rule of that file takes the place of the
    /// one with the same id; `[extend] disabledRules` turns rules off.
    ///
    /// - Throws: ``FileError``: one line with the file, the rule and the key.
    public init(merging url: URL) throws { try self.init(merging: url, with: .standard) }

    /// Several files: start with ``standard``.
    public init(merging url: URL, with other: RuleSet) throws {
        guard let data = try? Data(contentsOf: url) else {
            throw FileError.unreadable(path: url.path, reason: "no such file, or no permission")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw FileError.malformed(path: url.path, place: "", problem: "it is not UTF-8 text")
        }
        let file = try RuleFile(text, name: url.path, isChecked: true)
        self.init(files: other.files + [file], version: other.version + Digest.sha256(data))
        let known = Set(index.rules.map(\.id))
        for rule in file.rules {
            if let missing = rule.required.first(where: { !known.contains($0.id) }) {
                throw FileError.malformed(
                    path: url.path,
                    place: "rule '\(rule.id)', required",
                    problem: "there is no rule '\(missing.id)'"
                )
            }
        }
    }

    init(shipped: [oneshot_rule_file]) throws {
        let texts = shipped.map { file in
            String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.count), as: UTF8.self)
        }
        let files = try texts.map { try RuleFile($0, name: "rules", isChecked: false) }
        self.init(files: files, version: texts.joined())
    }

    private init(files: [RuleFile], version: String) {
        self.files = files
        self.version = String(Digest.sha256(Data(version.utf8)).prefix(12))
        var rules: [SecretRule] = []
        for file in files {
            let replaced = file.disabled.union(file.rules.map(\.id))
            rules.removeAll { replaced.contains($0.id) }
            rules += file.rules
        }
        // Where two rules find the same text, the one that is sure names it.
        rules = rules.filter { !$0.isGuess } + rules.filter(\.isGuess)
        index = RuleIndex(rules, allowlists: files.flatMap(\.allowlists))
    }

    /// How many rules there are.
    public var count: Int { index.rules.count }
}
