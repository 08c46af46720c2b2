/// A test of the skeleton: a Python function that fails at the start of the task and passes on the solution.
struct GeneratedTest: Sendable, Equatable {
    /// What a group of tests shows, and so which criterion they decide.
    enum Group: String, Sendable, CaseIterable {
        /// The session's own tests.
        case behaviour
        case sections
        case commands
        case references
        /// That files are there, are gone, or parse: weak evidence.
        case files
    }

    var name: String
    var group: Group
    /// The lines of its body.
    var body: [String]

    init(_ words: String..., group: Group, body: String...) {
        let text = words.joined(separator: " ").lowercased()
        let parts = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        self.name = String("test_" + parts.joined(separator: "_").prefix(90))
        self.group = group
        self.body = body
    }

    /// A suite, which has no function.
    init(suite id: String) {
        name = id
        group = .behaviour
        body = []
    }
}

extension [GeneratedTest] {
    /// The same tests under names that differ, from each other and from `taken`.
    func withUniqueNames(besides taken: [String]) -> [GeneratedTest] {
        var seen = Set(taken)
        return map { test in
            var test = test
            var number = 2
            let name = test.name
            while !seen.insert(test.name).inserted {
                test.name = "\(name)_\(number)"
                number += 1
            }
            return test
        }
    }
}

/// Text as Python's literals write it.
enum Python {
    static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            case "\n": literal += "\\n"
            case "\r": literal += "\\r"
            case "\t": literal += "\\t"
            case let scalar where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                literal += "\\x" + (digits.count == 1 ? "0" : "") + digits
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
