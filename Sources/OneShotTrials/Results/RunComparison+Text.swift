import OneShotRecorder

extension RunComparison {
    /// For a person: a line for each figure, then criteria, then what flipped.
    public var text: String {
        var rows: [[String]] = [
            ["", left.name, right.name, ""],
            ["agent", left.agent, right.agent, ""],
            ["outcome", left.outcome?.rawValue ?? "-", right.outcome?.rawValue ?? "-", ""],
            figure("score", left.score, right.score) { TrialReport.number($0) },
            figure("coverage", left.coverage, right.coverage) { TrialReport.number($0) },
            figure("seconds", left.seconds, right.seconds) { TrialReport.number($0) },
            count("model calls", left.calls, right.calls),
            count("interventions", left.interventions, right.interventions),
            count("tokens", left.tokens, right.tokens),
            figure("cost, US dollars", left.costUSD, right.costUSD) { Dollars.text($0) },
        ]
        if let old = left.diff, let new = right.diff {
            rows.append(count("files changed", old.files.count, new.files.count))
            rows.append(count("lines added", old.insertions, new.insertions))
            rows.append(count("lines removed", old.deletions, new.deletions))
        }
        rows += criteria.map { row in figure("criterion \(row.name)", row.left, row.right) { TrialReport.number($0) } }
        rows += flipped.map { row in ["test \(row.name)", row.left ?? "-", row.right ?? "-", "flipped"] }
        var text = Self.table(rows)
        if !differingHashes.isEmpty {
            text +=
                "\nThe runs are not about the same task: \(differingHashes.joined(separator: ", ")) differ. "
                + "'oneshot score' grades an old run by the task as it is now.\n"
        }
        return text
    }

    private func figure(_ name: String, _ left: Double?, _ right: Double?, _ text: (Double) -> String) -> [String] {
        let difference = left.flatMap { left in right.map { $0 - left } }
        return [name, left.map(text) ?? "-", right.map(text) ?? "-", difference.map { Self.signed($0, text) } ?? ""]
    }

    private func count(_ name: String, _ left: Int, _ right: Int) -> [String] {
        [name, "\(left)", "\(right)", Self.signed(Double(right - left)) { "\(Int($0))" }]
    }

    private static func signed(_ value: Double, _ text: (Double) -> String) -> String {
        value == 0 ? "" : (value > 0 ? "+" : "−") + text(abs(value))
    }

    private static func table(_ rows: [[String]]) -> String {
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}
