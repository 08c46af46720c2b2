/// Cohen's κ (1960): the agreement of two observers beyond what chance gives.
enum CohenKappa {
    /// κ = (p_o − p_e) / (1 − p_e), with the standard error of Fleiss, Cohen and Everitt, *Large sample standard errors of
    /// kappa and weighted kappa* (Psychological Bulletin 72, 1969), equation 13 without weights.
    ///
    /// - Returns: nil where it is not defined: nothing to compare, or both always say the same one thing.
    static func estimate(_ matrix: ConfusionMatrix) -> Estimate? {
        let n = Double(matrix.count)
        guard n > 0 else { return nil }
        let cells = [
            [Double(matrix.truePositives) / n, Double(matrix.falsePositives) / n],
            [Double(matrix.falseNegatives) / n, Double(matrix.trueNegatives) / n],
        ]
        let rows = cells.map { $0[0] + $0[1] }
        let columns = [cells[0][0] + cells[1][0], cells[0][1] + cells[1][1]]
        let observed = cells[0][0] + cells[1][1]
        let expected = rows[0] * columns[0] + rows[1] * columns[1]
        guard expected < 1 else { return nil }
        let kappa = (observed - expected) / (1 - expected)

        var agreeing = 0.0
        var disagreeing = 0.0
        for i in 0..<2 {
            let share = (1 - expected) - (rows[i] + columns[i]) * (1 - observed)
            agreeing += cells[i][i] * share * share
            let other = 1 - i
            let marginal = columns[i] + rows[other]
            disagreeing += cells[i][other] * marginal * marginal
        }
        let correction = observed * expected - 2 * expected + observed
        let disagreement = (1 - observed) * (1 - observed) * disagreeing
        let rest = 1 - expected
        let variance = (agreeing + disagreement - correction * correction) / (n * rest * rest * rest * rest)
        let margin = Estimate.z * max(0, variance).squareRoot()
        return Estimate(kappa, low: kappa - margin, high: kappa + margin, in: -1...1)
    }
}
