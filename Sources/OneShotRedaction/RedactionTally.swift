/// Counts, over many texts, what was replaced in them.
public struct RedactionTally: Sendable {
    private var numbers: [String: Set<Int>] = [:]
    private var places: [String: Int] = [:]

    private let ruleSet: String

    public init(of redactor: Redactor) { self.init(ruleSet: redactor.ruleSet) }

    init(ruleSet: String) { self.ruleSet = ruleSet }

    public mutating func add(_ text: RedactedText) { add(placeholdersIn: text.text) }

    mutating func add(placeholdersIn text: String) {
        for (rule, number) in Placeholder.all(in: text) {
            numbers[rule, default: []].insert(number)
            places[rule, default: 0] += 1
        }
    }

    public var manifest: RedactionManifest {
        var manifest = RedactionManifest(ruleSet: ruleSet)
        for (rule, places) in places {
            manifest.rules[rule] = .init(secrets: numbers[rule]?.count ?? 0, places: places)
        }
        return manifest
    }
}
