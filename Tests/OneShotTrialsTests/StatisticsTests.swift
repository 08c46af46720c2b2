import Testing

@testable import OneShotTrials

@Suite("Agreement of judges")
struct StatisticsTests {
    /// The worked examples of K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A to C: an
    /// observer in each line, a unit in each column, a point where a value is missing.
    @Test(
        "is Krippendorff's alpha of the worked examples",
        arguments: [
            (["0100000010", "1110010000"], 0.095),
            (["aabbdcccedda", "babbbccceddd"], 0.692),
            (["123321412...", "1233224125.3", ".3332342251.", "12332441251."], 0.743),
        ]
    )
    func alpha(observers: [String], alpha: Double) throws {
        let rows = observers.map(Array.init)
        let units = rows[0].indices.map { unit in rows.map { $0[unit] }.filter { $0 != "." } }
        let value = try #require(KrippendorffAlpha.nominal(units))
        #expect(abs(value - alpha) < 0.0005)
    }

    @Test("is 1 for votes that never differ within a criterion, less than 0 for those that always do, else nothing")
    func extremes() throws {
        #expect(KrippendorffAlpha.nominal([[1, 1, 1], [0, 0], [1, 1]]) == 1)
        let opposed = try #require(KrippendorffAlpha.nominal([[1, 0], [0, 1]]))
        #expect(opposed < 0)
        #expect(KrippendorffAlpha.nominal([[1, 1], [1, 1]]) == nil)
        #expect(KrippendorffAlpha.nominal([[1], [0]]) == nil)
        #expect(KrippendorffAlpha.nominal([[Int]]()) == nil)
    }

    private func matrix(_ tp: Int, _ fp: Int, _ fn: Int, _ tn: Int) -> ConfusionMatrix {
        var matrix = ConfusionMatrix()
        for (count, judge, person) in [(tp, true, true), (fp, true, false), (fn, false, true), (tn, false, false)] {
            for _ in 0..<count { matrix.add(judge: judge, person: person) }
        }
        return matrix
    }

    /// 20, 5, 10, 15 is the example of most textbooks; the margins are 1.96 standard errors, which were also computed from
    /// the derivatives of κ by each cell (the delta method): 0.12700, 0.07139, 0.18288.
    @Test(
        "is Cohen's kappa with its interval",
        arguments: [
            ([20, 5, 10, 15], 0.4, 0.151092, 0.648908), ([40, 9, 6, 45], 0.699519, 0.55959, 0.839448),
            ([3, 1, 0, 9], 0.80597, 0.447542, 1),
        ]
    )
    func kappa(cells: [Int], value: Double, low: Double, high: Double) throws {
        let estimate = try #require(CohenKappa.estimate(matrix(cells[0], cells[1], cells[2], cells[3])))
        #expect(abs(estimate.value - value) < 1e-5)
        #expect(abs(estimate.low - low) < 1e-4)
        #expect(abs(estimate.high - high) < 1e-4)
    }

    @Test("is no kappa where everybody always says the same, or nobody says anything")
    func noKappa() {
        #expect(CohenKappa.estimate(matrix(9, 0, 0, 0)) == nil)
        #expect(CohenKappa.estimate(matrix(0, 0, 0, 0)) == nil)
    }

    @Test("corrects a rate by what the judge gets wrong, within 0 and 1")
    func correction() throws {
        // Sensitivity 0.9, specificity 0.94: (0.4 + 0.94 − 1) / 0.84.
        let estimate = try #require(RoganGladen.estimate(positives: 40, of: 100, by: matrix(45, 3, 5, 47)))
        #expect(abs(estimate.value - 0.404762) < 1e-5)
        #expect(abs(estimate.low - 0.268813) < 1e-5)
        #expect(abs(estimate.high - 0.540057) < 1e-5)
        // Fewer are said to be met than the judge says by mistake.
        #expect(RoganGladen.estimate(positives: 1, of: 100, by: matrix(45, 10, 5, 40))?.value == 0)
        #expect(RoganGladen.estimate(positives: 99, of: 100, by: matrix(40, 3, 10, 47))?.value == 1)
        // A judge that errs as often as not tells nothing.
        #expect(RoganGladen.estimate(positives: 5, of: 10, by: matrix(5, 5, 5, 5)) == nil)
        #expect(RoganGladen.estimate(positives: 5, of: 10, by: matrix(5, 0, 5, 0)) == nil)
    }

    @Test("covers the true rate in about 95 of 100 samples")
    func coverage() {
        var generator = SplitMix(state: 7)
        func yes(_ share: Double, of count: Int) -> Int {
            (0..<count).count { _ in Double.random(in: 0..<1, using: &generator) < share }
        }
        var covered = 0
        for _ in 0..<1000 {
            let tp = yes(0.85, of: 40)
            let tn = yes(0.9, of: 40)
            let positives = yes(0.3 * 0.85 + 0.7 * 0.1, of: 100)
            let estimate = RoganGladen.estimate(
                positives: positives,
                of: 100,
                by: matrix(tp, 40 - tn, 40 - tp, tn)
            )
            if let estimate, (estimate.low...estimate.high).contains(0.3) { covered += 1 }
        }
        #expect((920...980).contains(covered))
    }

    /// SplitMix64.
    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}
