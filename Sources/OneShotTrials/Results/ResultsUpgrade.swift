import OneShotCore

/// Results of an earlier version of the format, as this one has them.
enum ResultsUpgrade {
    /// What version 1 lacks is put in as it was then: one attempt, votes that name no model, no reference.
    static func upgraded(_ results: JSON) -> JSON {
        guard results["schema_version"]?.int == 1 else { return results }
        let nothing: JSON = [
            "input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 0, "reasoning_tokens": 0, "total_tokens": 0,
        ]
        func spending(_ usage: JSON) -> JSON {
            ["calls": 0, "usage": usage, "cost_usd": nil, "unpriced_calls": 0]
        }
        let usage = results["usage"] ?? nothing
        var new = results
        new.set("schema_version", JSON(TrialResults.schema))
        new.set("calls", 0)
        new.set("cost_usd", nil)
        new.set("unpriced_calls", 0)
        new.set("attempt", 1)
        new.set(
            "attempts",
            [
                [
                    "attempt": 1, "outcome": results["outcome"] ?? nil, "failure": results["failure"] ?? nil,
                    "started_at": results["started_at"] ?? nil, "finished_at": results["finished_at"] ?? nil,
                    "spending": spending(usage),
                ]
            ]
        )
        new.set("spent", spending(usage))
        new.set("judge", nil)
        new.set("reference", nil)
        new.set("sources", [:])
        let criteria = (results["criteria"]?.elements ?? []).map { criterion in
            var criterion = criterion
            guard var source = criterion["source"] else { return criterion }
            let votes = (source["votes"]?.elements ?? []).map { vote in
                var vote = vote
                vote.set("model", nil)
                vote.set("spending", spending(nothing))
                return vote
            }
            source.set("votes", .array(votes))
            let verdicts = Set(votes.compactMap { $0["verdict"]?.string }).subtracting(["none"])
            criterion.set("contested", .bool(verdicts.count > 1))
            criterion.set("source", source)
            return criterion
        }
        new.set("criteria", .array(criteria))
        return new
    }
}

extension JSON {
    fileprivate mutating func set(_ key: String, _ value: JSON) {
        guard case .object(var members) = self else { return }
        members.removeAll { $0.key == key }
        members.append(Member(key, value))
        self = .object(members)
    }
}
