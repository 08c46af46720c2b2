extension Calibration {
    /// For a person.
    public var text: String {
        var lines = [
            "                 person: met   person: not met",
            "judge: met       \(pad(matrix.truePositives))   \(matrix.falsePositives)",
            "judge: not met   \(pad(matrix.falseNegatives))   \(matrix.trueNegatives)",
            "",
            "agreement       \(agreement.map(percent) ?? "nothing to compare")",
            "Cohen's kappa   \(kappa.map(interval) ?? "not defined: everybody always says the same")",
            "sensitivity     \(sensitivity.map(percent) ?? "unknown: no label is 'met'")",
            "specificity     \(specificity.map(percent) ?? "unknown: no label is 'not_met'")",
        ]
        if judged > 0 {
            lines.append("met by judge    \(percent(Double(met) / Double(judged))) of \(judged) criteria")
        }
        lines.append(
            "really met      \(correctedRate.map(interval) ?? "unknown: the judge is no better than chance, or no pair")"
        )
        if !unscored.isEmpty { lines.append("unscored        \(unscored.joined(separator: ", "))") }
        for difference in differences {
            lines.append(
                "differs         \(difference.run) \(difference.criterion): person says "
                    + "\(difference.isMet ? "met" : "not met"); judge: \(oneLine(difference.reasoning))"
            )
        }
        return lines.joined(separator: "\n")
    }

    private func pad(_ count: Int) -> String {
        let text = "\(count)"
        return text + String(repeating: " ", count: max(0, 11 - text.count))
    }

    private func percent(_ share: Double) -> String { "\(TrialReport.number(share * 100)) %" }

    private func interval(_ estimate: Estimate) -> String {
        "\(TrialReport.number(estimate.value)) (95 %: \(TrialReport.number(estimate.low)) to "
            + "\(TrialReport.number(estimate.high)))"
    }

    private func oneLine(_ text: String) -> String {
        String(text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(200))
    }
}
