/// How far a judge can be believed: its verdicts on criteria that a person has labelled too.
public struct Calibration: Codable, Sendable, Equatable {
    public var schemaVersion = 1
    public var matrix: ConfusionMatrix
    /// The share on which judge and person say the same; null without a pair.
    @Nullable public var agreement: Double?
    /// Cohen's κ; null where it is not defined.
    @Nullable public var kappa: Estimate?
    @Nullable public var sensitivity: Double?
    @Nullable public var specificity: Double?
    /// Criteria that the judge has scored in the runs, labelled or not, and how many of them it holds to be met.
    public var judged: Int
    public var met: Int
    /// The share that is really met, by Rogan and Gladen; null where the judge is no better than chance.
    @Nullable public var correctedRate: Estimate?
    /// Labels that there is no verdict for: the judge could not score the criterion.
    public var unscored: [String]
    /// Where judge and person differ.
    public var differences: [Difference]

    public struct Difference: Codable, Sendable, Equatable {
        public var run: String
        public var criterion: String
        /// What the person says.
        public var isMet: Bool
        /// The judge's words, of the first vote that decided.
        public var reasoning: String

        enum CodingKeys: String, CodingKey {
            case run, criterion, reasoning
            case isMet = "is_met"
        }
    }

    enum CodingKeys: String, CodingKey {
        case matrix, agreement, kappa, sensitivity, specificity, judged, met, unscored, differences
        case schemaVersion = "schema_version"
        case correctedRate = "corrected_rate"
    }

    /// - Parameters:
    ///   - labels: with the run's results that each is about.
    ///   - runs: all runs whose rate is asked for; those of the labels when empty.
    /// - Throws: ``TrialError/unknownCriterion(run:criterion:known:)``.
    public init(labels: [(label: HumanLabel, results: TrialResults)], runs: [TrialResults]) throws {
        var matrix = ConfusionMatrix()
        var unscored: [String] = []
        var differences: [Difference] = []
        for (label, results) in labels {
            let judged = results.criteria.filter { $0.binding == .judge }
            guard let criterion = judged.first(where: { $0.id == label.criterion }) else {
                throw TrialError.unknownCriterion(
                    run: results.runID,
                    criterion: label.criterion,
                    known: judged.map(\.id)
                )
            }
            guard let value = criterion.value else {
                unscored.append("\(results.runID) \(criterion.id)")
                continue
            }
            let isMet = value >= 0.5
            matrix.add(judge: isMet, person: label.isMet)
            guard isMet != label.isMet else { continue }
            let deciding = criterion.source.votes.first { $0.verdict == (isMet ? .met : .notMet) }
            differences.append(
                Difference(
                    run: results.runID,
                    criterion: criterion.id,
                    isMet: label.isMet,
                    reasoning: deciding?.reasoning ?? ""
                )
            )
        }
        let all = Dictionary((runs.isEmpty ? labels.map(\.results) : runs).map { ($0.runID, $0) }) { first, _ in first }
        let values = all.values.flatMap(\.criteria).filter { $0.binding == .judge }.compactMap(\.value)
        judged = values.count
        met = values.count { $0 >= 0.5 }
        self.matrix = matrix
        self.unscored = unscored
        self.differences = differences
        _agreement = Nullable(wrappedValue: matrix.agreement.map(\.toSixPlaces))
        _kappa = Nullable(wrappedValue: CohenKappa.estimate(matrix))
        _sensitivity = Nullable(wrappedValue: matrix.sensitivity.map(\.toSixPlaces))
        _specificity = Nullable(wrappedValue: matrix.specificity.map(\.toSixPlaces))
        _correctedRate = Nullable(wrappedValue: RoganGladen.estimate(positives: met, of: judged, by: matrix))
    }
}
