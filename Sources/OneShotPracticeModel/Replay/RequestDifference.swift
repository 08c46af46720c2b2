import OneShotCore

/// Where two requests differ, for a person.
enum RequestDifference {
    /// One line for each place, such as `input[2].content[0].text: recorded "…", got "…"`.
    ///
    /// - Parameter limit: at most so many lines.
    static func lines(recorded: RequestForm, received: RequestForm, limit: Int = 8) -> [String] {
        var lines: [String] = []
        compare(recorded.body, received.body, at: "", into: &lines, limit: limit)
        return lines
    }

    private static func compare(
        _ recorded: JSON?,
        _ received: JSON?,
        at place: String,
        into lines: inout [String],
        limit: Int
    ) {
        guard lines.count < limit, recorded != received else { return }
        switch (recorded, received) {
        case (.object(let old)?, .object(let new)?):
            let keys = old.map(\.key) + new.map(\.key).filter { key in !old.contains { $0.key == key } }
            for key in keys {
                let path = place.isEmpty ? key : "\(place).\(key)"
                compare(recorded?[key], received?[key], at: path, into: &lines, limit: limit)
            }
        case (.array(let old)?, .array(let new)?):
            for index in 0..<max(old.count, new.count) {
                compare(recorded?[index], received?[index], at: "\(place)[\(index)]", into: &lines, limit: limit)
            }
        default:
            let (old, new) = excerpts(recorded, received)
            lines.append("\(place.isEmpty ? "the body" : place): recorded \(old), got \(new)")
        }
    }

    private static func excerpts(_ recorded: JSON?, _ received: JSON?) -> (String, String) {
        guard case .string(let old)? = recorded, case .string(let new)? = received else {
            return (excerpt(recorded), excerpt(received))
        }
        // From a little before the first letter that differs.
        let same = zip(old, new).prefix { $0 == $1 }.count
        let skipped = max(0, same - 20)
        func cut(_ text: String) -> String {
            let rest = text.dropFirst(skipped)
            let start = skipped > 0 ? "…" : ""
            return JSON.string(start + rest.prefix(80) + (rest.count > 80 ? "…" : "")).compactText
        }
        return (cut(old), cut(new))
    }

    private static func excerpt(_ json: JSON?) -> String {
        guard let json else { return "nothing" }
        let text = json.compactText
        return text.count > 80 ? "\(text.prefix(80))…" : text
    }
}
