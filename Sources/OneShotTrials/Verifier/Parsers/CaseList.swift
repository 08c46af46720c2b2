/// The cases that a parser finds, under stable names, each once.
struct CaseList: Sendable {
    private(set) var cases: [TestCase] = []
    private var indices: [String: Int] = [:]

    /// More than any project has; what comes after is not kept.
    static let most = 50_000
    static let messageLength = 1000
    /// In seconds. A report may say anything, and infinity has no JSON.
    static let longest = 1e9

    /// A name that comes twice has the worse of its outcomes.
    mutating func add(_ name: String, _ status: TestResult.Status, seconds: Double = 0, message: String = "") {
        let name = StableName.of(name)
        guard !name.isEmpty else { return }
        let new = TestCase(
            name: name,
            status: status,
            duration: seconds >= 0 ? min(seconds, Self.longest).toSixPlaces : 0,
            message: status == .passed ? "" : String(message.prefix(Self.messageLength)).trimmed
        )
        if let index = indices[name] {
            let old = cases[index]
            if new.status.severity > old.status.severity { cases[index] = new }
            cases[index].duration = (old.duration + new.duration).toSixPlaces
        } else if cases.count < Self.most {
            indices[name] = cases.count
            cases.append(new)
        }
    }
}

extension TestResult.Status {
    fileprivate var severity: Int {
        switch self {
        case .passed: 0
        case .skipped: 1
        case .failed: 2
        case .error: 3
        }
    }
}

/// Names that are the same in every run.
enum StableName {
    /// Without line ends, memory addresses, temporary paths, and times in parentheses at the end.
    static func of(_ name: String) -> String {
        var name = name.split { $0.isNewline || $0 == "\t" }.joined(separator: " ").trimmed
        if name.contains("0x") { name = name.replacing(/0x[0-9a-fA-F]{5,}/, with: "0x…") }
        if name.contains("tmp/") || name.contains("/folders/") {
            name = name.replacing(/(\/private)?\/(var\/)?(tmp|folders)\/[^\s'"\])]+/, with: "/tmp/…")
        }
        if name.hasSuffix(")") || name.hasSuffix("]") {
            name = name.replacing(/\s*[(\[]\d+(\.\d+)?\s?(ns|µs|us|ms|s|sec|seconds)[)\]]$/, with: "")
        }
        return String(name.prefix(500))
    }
}

/// Text as a terminal gets it, taken apart.
enum TerminalText {
    /// The lines, without colours and carriage returns.
    static func lines(_ text: String) -> [Substring] {
        plain(text).split(omittingEmptySubsequences: false) { $0.isNewline }
    }

    /// Without escape sequences (ECMA-48, section 5.4).
    static func plain(_ text: String) -> String {
        guard text.utf8.contains(0x1B) else { return text }
        var result: [UInt8] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == 0x1B else {
                result.append(byte)
                continue
            }
            guard bytes.next() == UInt8(ascii: "[") else { continue }
            while let next = bytes.next(), !(0x40...0x7E).contains(next) {}
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension StringProtocol {
    /// Without blanks and line ends around it.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
