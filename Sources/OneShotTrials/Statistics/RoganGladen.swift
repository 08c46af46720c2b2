/// A rate that a fallible judge found, corrected by how often the judge errs: Rogan and Gladen, *Estimating prevalence
/// from the results of a screening test* (American Journal of Epidemiology 107, 1978).
enum RoganGladen {
    /// p = (p̂ + sp − 1) / (se + sp − 1), with the interval of Lang and Reiczigel, *Confidence limits for prevalence of
    /// disease adjusted for estimated sensitivity and specificity* (Preventive Veterinary Medicine 113, 2014), which takes
    /// into account that all three were estimated. Everything is kept within 0 and 1.
    ///
    /// - Parameters:
    ///   - positives: what the judge said yes to, of `count`.
    ///   - matrix: the judge against a person.
    /// - Returns: nil where the judge is no better than chance, or nothing is known about it.
    static func estimate(positives: Int, of count: Int, by matrix: ConfusionMatrix) -> Estimate? {
        guard count > 0, let sensitivity = matrix.sensitivity, let specificity = matrix.specificity,
            sensitivity + specificity > 1
        else { return nil }
        let rate = Double(positives) / Double(count)
        let value = (rate + specificity - 1) / (sensitivity + specificity - 1)

        let z = Estimate.z
        let n = Double(count) + z * z
        let p = (Double(positives) + z * z / 2) / n
        let seCount = Double(matrix.positives) + 2
        let spCount = Double(matrix.negatives) + 2
        let se = (Double(matrix.truePositives) + 1) / seCount
        let sp = (Double(matrix.trueNegatives) + 1) / spCount
        let youden = se + sp - 1
        guard youden > 0 else { return Estimate(value, low: 0, high: 1, in: 0...1) }
        let centre = (p + sp - 1) / youden
        let seVariance = se * (1 - se) / seCount
        let spVariance = sp * (1 - sp) / spCount
        let shift = 2 * z * z * (centre * seVariance - (1 - centre) * spVariance)
        let variance =
            p * (1 - p) / n + centre * centre * seVariance + (1 - centre) * (1 - centre) * spVariance
        let margin = z * variance.squareRoot() / youden
        return Estimate(value, low: centre + shift - margin, high: centre + shift + margin, in: 0...1)
    }
}
