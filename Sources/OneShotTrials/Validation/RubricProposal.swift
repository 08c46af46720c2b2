import OneShotCore
public import OneShotPreparation

/// A rubric without the tests that prove nothing: what `oneshot validate --fix` writes.
public struct RubricProposal: Sendable, Equatable {
    public var rubric: Rubric
    /// The tests that no criterion is bound to any more.
    public var dropped: [String]
    /// Criteria that had no others, and went with them.
    public var goneCriteria: [String]

    /// - Parameter useless: tests that pass without any work, or do not always pass with the solution.
    /// - Returns: nil when nothing changes, or when no test would be left.
    public init?(_ rubric: Rubric, without useless: [String]) {
        var changed = rubric
        var gone: [String] = []
        changed.criteria = rubric.criteria.compactMap { criterion in
            guard case .tests(let names) = criterion.binding else { return criterion }
            let kept = names.filter { !useless.contains($0) }
            guard !kept.isEmpty else {
                gone.append(criterion.id)
                return nil
            }
            var criterion = criterion
            criterion.binding = .tests(kept)
            return criterion
        }
        guard changed != rubric, !changed.testNames.isEmpty else { return nil }
        // Weights keep their sum, so that what is left counts for what went.
        let factor = rubric.totalWeight / changed.totalWeight
        if !gone.isEmpty {
            for index in changed.criteria.indices { changed.criteria[index].weight *= factor }
        }
        self.rubric = changed
        dropped = rubric.testNames.filter { !changed.testNames.contains($0) }
        goneCriteria = gone
    }

    /// What it changes in the text that there is, lines that go with `-` before them and lines that come with `+`.
    public func changes(of text: String) -> [String] {
        let old = text.textLines
        let new = rubric.markdown.textLines
        return new.difference(from: old).map { change in
            switch change {
            case .remove(_, let line, _): "-\(line)"
            case .insert(_, let line, _): "+\(line)"
            }
        }
    }
}
