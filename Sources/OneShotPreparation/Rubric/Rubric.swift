/// What a trial is graded by: the content of `evaluation/rubric_template.md`, which people edit. Described in
/// `docs/formats/rubric.md`.
public struct Rubric: Sendable, Equatable {
    public var title: String
    /// In the order of the file.
    public var criteria: [Criterion]

    /// One thing that must hold.
    public struct Criterion: Sendable, Equatable {
        /// Unique in its rubric.
        public var id: String
        /// More than 0; what a criterion counts for is its weight over the sum of all that were graded.
        public var weight: Double
        /// What must hold, in prose.
        public var text: String
        public var binding: Binding

        public init(id: String, weight: Double, text: String, binding: Binding) {
            self.id = id
            self.weight = weight
            self.text = text
            self.binding = binding
        }
    }

    /// Who grades a criterion.
    public enum Binding: Sendable, Equatable {
        /// The tests with these names, by the share that passes.
        case tests([String])
        /// The judge model.
        case judge
    }

    public init(title: String, criteria: [Criterion]) {
        self.title = title
        self.criteria = criteria
    }

    /// The sum over all criteria.
    public var totalWeight: Double { criteria.reduce(0) { $0 + $1.weight } }
    /// The names of all tests that a criterion is bound to, each once, in order.
    public var testNames: [String] {
        var seen: Set<String> = []
        return criteria.flatMap { criterion -> [String] in
            guard case .tests(let names) = criterion.binding else { return [] }
            return names
        }.filter { seen.insert($0).inserted }
    }
}
