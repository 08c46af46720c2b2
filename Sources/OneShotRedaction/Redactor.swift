import Foundation
public import OneShotCore
import Synchronization

/// Takes secrets out of text and puts `[REDACTED:rule:n]` in their place.
///
/// It looks in layers: the secrets that are known, by value or by fingerprint; the rules of a ``RuleSet``; and, where
/// it is asked to, people's names in paths. It looks at the text as it stands and with each layer of encoding taken
/// off: JSON, percent, base64, a terminal's colours. What it replaces is the text itself, and the JSON, the URL or the
/// base64 around a secret stays what it was.
///
/// A redactor is one scope: within it the same secret always gets the same placeholder, and a secret that was
/// found once is found again where no rule would see it. Use one for texts that belong together. Making one costs next
/// to nothing; the rules are read once, when the first text is looked at.
public final class Redactor: Sendable {
    private let rules: @Sendable () -> RuleSet
    private let people: PersonNames
    private let key: FingerprintKey?
    private let allowed: Set<String>
    private let scope: Mutex<Scope>

    private static let mostRounds = 64

    struct Scope {
        var known: KnownSecrets
        var placeholders: [[UInt8]: String] = [:]
        /// The highest number in use, by rule.
        var numbers: [String: Int] = [:]
    }

    /// A new scope with the standard rules.
    ///
    /// - Parameter knownSecrets: values that are replaced wherever they stand and however they are encoded. Those of
    ///   fewer than 6 bytes are ignored.
    public convenience init(knownSecrets: some Sequence<String> = []) {
        self.init(rules: .standard, knownSecrets: knownSecrets)
    }

    /// A new scope.
    ///
    /// - Parameters:
    ///   - rules: what is looked for besides.
    ///   - knownSecrets: as above.
    ///   - fingerprints: of values that are replaced in the same way: those that the recorder kept out of a database,
    ///     and those that a person denied.
    ///   - allowed: what is no secret although a rule finds it, by ``SecretFinding/fingerprint``.
    ///   - key: of the fingerprints; without it those are ignored.
    ///   - userNames: whether people's names in paths are replaced.
    public init(
        rules: @escaping @autoclosure @Sendable () -> RuleSet = .standard,
        knownSecrets: some Sequence<String> = [],
        fingerprints: [SecretFingerprint] = [],
        allowed: Set<String> = [],
        key: FingerprintKey? = nil,
        userNames: UserNames = .kept
    ) {
        self.rules = rules
        self.key = key
        self.allowed = allowed
        people = PersonNames(userNames)
        let search = key.flatMap { fingerprints.isEmpty ? nil : FingerprintSearch(fingerprints, key: $0) }
        scope = Mutex(Scope(known: KnownSecrets(knownSecrets, fingerprints: search)))
    }

    /// A new scope with the standard rules and no secrets known beforehand.
    public static var standard: Redactor { Redactor() }

    /// Names exactly the rules that it searches with, see ``RuleSet/version``.
    public var ruleSet: String { rules().version }

    /// Replaces every secret. Redacting the result again changes nothing.
    public func redact(_ text: String) -> RedactedText { redact(text, isStream: false) }

    /// Replaces every secret in the record of a stream: server-sent events, JSON lines, or a list of JSON events. What
    /// the events' deltas spell together is looked at too; the first delta that has a part of a secret gets the
    /// placeholder, the others lose their part, and every event stays one.
    public func redactStream(_ text: String) -> RedactedText { redact(text, isStream: true) }

    /// The secrets that ``redact(_:)`` would replace, in order. People's names are none.
    public func findings(in text: String) -> [SecretFinding] { secrets(in: text).map(\.finding) }

    /// The same with the secrets themselves, for a person who decides about them.
    public func secrets(in text: String) -> [FoundSecret] {
        let bytes = Array(text.utf8)
        var position = TextPosition()
        return matches(in: bytes, isStream: false, people: PersonNames(.kept)).map { match in
            let range = match.ranges.first ?? 0..<0
            position.advance(to: range.lowerBound, in: bytes)
            let finding = SecretFinding(
                rule: match.rule,
                line: position.line,
                column: position.column,
                fingerprint: fingerprint(match.secret)
            )
            return FoundSecret(
                finding: finding,
                value: String(decoding: match.secret, as: UTF8.self),
                range: range
            )
        }
    }

    private func redact(_ text: String, isStream: Bool) -> RedactedText {
        var bytes = Array(text.utf8)
        var isChanged = false
        // A placeholder can uncover what stood right before a secret, and a secret found late is found again early on.
        // Each round leaves less to look at; the limit is for a rule of somebody's own that finds nothing but line ends.
        for _ in 0..<Self.mostRounds {
            let matches = matches(in: bytes, isStream: isStream, people: people)
            guard !matches.isEmpty else { break }
            bytes = scope.withLock { $0.replace(matches, in: bytes) }
            isChanged = true
        }
        return RedactedText(redacted: isChanged ? String(decoding: bytes, as: UTF8.self) : text)
    }

    private func matches(in bytes: [UInt8], isStream: Bool, people: PersonNames) -> [SecretMatch] {
        let known = scope.withLock { $0.known }
        let scanner = SecretScanner(rules: rules(), people: people) { [self] secret in
            !allowed.isEmpty && fingerprint(secret).map(allowed.contains) == true
        }
        return scanner.matches(in: bytes, known: known, isStream: isStream)
    }

    private func fingerprint(_ secret: [UInt8]) -> String? {
        key.map { $0.fingerprint(secret, name: "").digest.hex }
    }
}

/// Line and column of a place in a text, both counted from 1; columns in Unicode scalars.
private struct TextPosition {
    var line = 1
    var column = 1
    private var index = 0

    mutating func advance(to end: Int, in bytes: [UInt8]) {
        while index < end {
            if bytes[index] == 0x0A {
                line += 1
                column = 1
            } else if bytes[index] & 0xC0 != 0x80 {
                column += 1
            }
            index += 1
        }
    }
}
