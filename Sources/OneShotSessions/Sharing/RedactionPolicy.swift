public import Foundation
public import OneShotCore
public import OneShotRedaction
import OneShotStore

/// Everything that a workspace knows about what must not be shared: the rules, the credentials that its recorder saw,
/// and what a person has decided.
public struct RedactionPolicy: Sendable {
    /// How long the shortest text is that a person may deny: a shorter one stands in too many innocent places.
    public static let shortestDenied = 6

    private static let shortestSeen = 8

    private let file: URL
    /// Nil for the standard ones, which need not be read to be named.
    private let rules: RuleSet?
    private let key: FingerprintKey
    private let seen: [SecretFingerprint]
    public private(set) var decisions: RedactionDecisions

    /// - Parameter rules: a file in gitleaks' format, whose rules are added to ours.
    /// - Throws: ``FileError``, `RuleError`, ``StoreError``.
    public static func load(_ workspace: Workspace, rules: URL? = nil) async throws -> RedactionPolicy {
        let raw = workspace.rawDatabase
        var seen: [SecretFingerprint] = []
        if FileManager.default.fileExists(atPath: raw.path) {
            // A shorter one is a setting in a cookie rather than a credential.
            seen = try await RawStore.openForReading(raw).secrets().filter { $0.length >= shortestSeen }
        }
        return RedactionPolicy(
            file: workspace.redactionDecisions,
            rules: try rules.map { try RuleSet(merging: $0) },
            key: try FingerprintKey.loadOrCreate(at: FingerprintKey.url(beside: raw)),
            seen: seen,
            decisions: try RedactionDecisions.load(workspace.redactionDecisions)
        )
    }

    /// A new scope that heeds all of it.
    ///
    /// - Parameters:
    ///   - hidesPeople: whether the names of users in paths go too. Only for what leaves this machine: a path without
    ///     its user leads nowhere.
    ///   - knownSecrets: values that are secrets for sure, such as the keys that a trial is given.
    public func redactor(hidesPeople: Bool = false, knownSecrets: [String] = []) -> Redactor {
        // The administrator's name is nobody's, and stands in paths of its own meaning.
        let names = getuid() == 0 ? [] : [NSUserName()]
        return redactor(
            allowing: decisions.allowed,
            knownSecrets: knownSecrets,
            userNames: hidesPeople ? .hidden(names) : .kept
        )
    }

    private func redactor(allowing: Set<String>, knownSecrets: [String] = [], userNames: UserNames) -> Redactor {
        let rules = rules
        return Redactor(
            rules: rules ?? .standard,
            knownSecrets: knownSecrets,
            fingerprints: seen + decisions.denied,
            allowed: allowing,
            key: key,
            userNames: userNames
        )
    }

    /// What looks like a secret in a session, also what a person has allowed, in the order of its first place.
    public func findings(in session: Session) -> [SessionFinding] {
        let redactor = redactor(allowing: [], userNames: .kept)
        var findings: [SessionFinding] = []
        var indices: [String: Int] = [:]
        _ = session.mappingTexts { place, text in
            for secret in redactor.secrets(in: text) {
                let place = SessionFinding.Place(
                    text: place,
                    line: secret.finding.line,
                    column: secret.finding.column,
                    context: Excerpt(of: secret.range, in: text).text
                )
                if let index = indices[secret.value] {
                    findings[index].places.append(place)
                } else {
                    indices[secret.value] = findings.count
                    findings.append(finding(secret, at: place))
                }
            }
            return text
        }
        return findings
    }

    private func finding(_ secret: FoundSecret, at place: SessionFinding.Place) -> SessionFinding {
        let fingerprint = key.fingerprint(secret.value.utf8, name: "").digest.hex
        return SessionFinding(
            id: String(fingerprint.prefix(12)),
            rule: secret.finding.rule,
            places: [place],
            decision: decisions.decisions.first { $0.fingerprint == fingerprint },
            value: secret.value
        )
    }

    /// Keeps what a person has decided about a finding.
    public mutating func decide(
        _ verdict: RedactionDecisions.Decision.Verdict,
        about finding: SessionFinding,
        reason: String
    ) throws {
        try add(finding.value, verdict, rule: finding.rule, reason: reason)
    }

    /// Takes a text out of everything that is shared from now on.
    ///
    /// - Throws: ``ReviewError/tooShort(length:)``, ``FileError``.
    public mutating func deny(text: String, reason: String) throws {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.utf8.count >= Self.shortestDenied else { throw ReviewError.tooShort(length: text.utf8.count) }
        try add(text, .deny, rule: "denied", reason: reason)
    }

    private mutating func add(
        _ value: String,
        _ verdict: RedactionDecisions.Decision.Verdict,
        rule: String,
        reason: String
    ) throws {
        let fingerprint = key.fingerprint(value.utf8, name: rule)
        var changed = decisions
        changed.add(
            .init(
                fingerprint: fingerprint.digest.hex,
                verdict: verdict,
                rule: rule,
                reason: reason,
                decidedAt: Timestamp.iso(Date()),
                length: fingerprint.length,
                rolling: fingerprint.rolling
            )
        )
        try changed.save(file)
        decisions = changed
    }
}

extension RedactionDecisions {
    fileprivate var allowed: Set<String> { Set(decisions.filter { $0.verdict == .allow }.map(\.fingerprint)) }

    /// What is searched for because a person said so.
    fileprivate var denied: [SecretFingerprint] {
        decisions.filter { $0.verdict == .deny }.compactMap { decision in
            Data(hex: decision.fingerprint).map {
                SecretFingerprint(name: decision.rule, digest: $0, length: decision.length, rolling: decision.rolling)
            }
        }
    }
}

/// Why a decision cannot be kept.
public enum ReviewError: OneShotError, Equatable {
    case unknown(finding: String)
    case ambiguous(finding: String)
    case tooShort(length: Int)

    public var description: String {
        switch self {
        case .unknown(let finding): "no finding \(finding) in this session; 'oneshot sessions scan ID' lists them"
        case .ambiguous(let finding): "\(finding) is the beginning of several findings; write more of it"
        case .tooShort(let length):
            "a text of \(length) bytes would be taken out of too many places; deny one of "
                + "\(RedactionPolicy.shortestDenied) bytes or more"
        }
    }

    public var exitCode: ExitCode { .usage }
}

extension SessionFinding {
    /// - Parameter name: an id or its beginning.
    /// - Throws: ``ReviewError``.
    public static func named(_ name: String, in findings: [SessionFinding]) throws -> SessionFinding {
        let fitting = findings.filter { !name.isEmpty && $0.id.hasPrefix(name.lowercased()) }
        guard let finding = fitting.first else { throw ReviewError.unknown(finding: name) }
        guard fitting.count == 1 else { throw ReviewError.ambiguous(finding: name) }
        return finding
    }
}
