/// How two observers judged the same things with yes or no: here a judge and a person, who is held to be right.
public struct ConfusionMatrix: Codable, Sendable, Equatable {
    /// Both say yes.
    public var truePositives = 0
    /// The judge alone says yes.
    public var falsePositives = 0
    /// The person alone says yes.
    public var falseNegatives = 0
    /// Both say no.
    public var trueNegatives = 0

    public var count: Int { truePositives + falsePositives + falseNegatives + trueNegatives }
    var positives: Int { truePositives + falseNegatives }
    var negatives: Int { falsePositives + trueNegatives }
    /// The share on which both say the same; nil without any.
    var agreement: Double? { count == 0 ? nil : Double(truePositives + trueNegatives) / Double(count) }
    /// The share of the person's yes that the judge finds.
    var sensitivity: Double? { positives == 0 ? nil : Double(truePositives) / Double(positives) }
    /// The share of the person's no that the judge finds.
    var specificity: Double? { negatives == 0 ? nil : Double(trueNegatives) / Double(negatives) }

    mutating func add(judge: Bool, person: Bool) {
        switch (judge, person) {
        case (true, true): truePositives += 1
        case (true, false): falsePositives += 1
        case (false, true): falseNegatives += 1
        case (false, false): trueNegatives += 1
        }
    }

    enum CodingKeys: String, CodingKey {
        case truePositives = "true_positives"
        case falsePositives = "false_positives"
        case falseNegatives = "false_negatives"
        case trueNegatives = "true_negatives"
    }
}

/// A number that was estimated, with the interval that covers the true one in 95 of 100 cases.
public struct Estimate: Codable, Sendable, Equatable {
    public var value: Double
    public var low: Double
    public var high: Double

    /// The quantile of the normal distribution for 95 %.
    static let z = 1.959963984540054

    /// Kept inside `range`.
    init(_ value: Double, low: Double, high: Double, in range: ClosedRange<Double>) {
        func clip(_ number: Double) -> Double { min(max(number, range.lowerBound), range.upperBound).toSixPlaces }
        self.value = clip(value)
        self.low = clip(low)
        self.high = clip(high)
    }
}
