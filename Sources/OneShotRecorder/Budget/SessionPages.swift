import Foundation
import OneShotCore
import OneShotWire

/// `/sessions/ID/budget` on the recorder's own port, for who knows the recorder's control token
/// (`Authorization: Bearer TOKEN`): what a session has used, and its limits.
///
/// `GET` reads. `POST` adds the limits that the query names, `?tokens=1000&dollars=0.5` with the keys of ``Budget``,
/// and reads. Both answer with a ``SessionReport``.
enum SessionPages {
    /// - Returns: nil for any other path.
    static func page(_ path: String, _ head: HTTPHead, core: RecorderCore) -> Answer? {
        let parts = path.split(separator: "?", maxSplits: 1)
        let words = (parts.first ?? "").split(separator: "/")
        guard words.count == 3, words[0] == "sessions", words[2] == "budget" else { return nil }
        guard let token = core.configuration.controlToken, head.first("authorization") == "Bearer \(token)" else {
            return failure(403, "Forbidden", "this page needs the control token of the recorder")
        }
        guard let session = RunID(String(words[1])) else {
            return failure(400, "Bad Request", "'\(words[1])' is no run id")
        }
        switch head.method {
        case "GET": break
        case "POST":
            guard let budget = budget(String(parts.count > 1 ? parts[1] : "")) else {
                return failure(400, "Bad Request", "the query names no limits that there are")
            }
            core.ledger.limit(session.description, to: budget)
        default: return failure(405, "Method Not Allowed", "GET reads and POST limits")
        }
        let report = core.ledger.report(of: session.description)
        guard let data = try? StrictJSON.encode(report) else {
            return failure(500, "Internal Server Error", "the report cannot be written")
        }
        return Answer(status: 200, reason: "OK", type: "application/json", body: String(decoding: data, as: UTF8.self))
    }

    private static func failure(_ status: Int, _ reason: String, _ text: String) -> Answer {
        Answer(status: status, reason: reason, body: "oneshot: \(text)\n")
    }

    private static func budget(_ query: String) -> Budget? {
        let members = query.split(separator: "&").map { pair -> JSON.Member in
            let parts = pair.split(separator: "=", maxSplits: 1)
            return JSON.Member(String(parts[0]), .number(parts.count > 1 ? String(parts[1]) : ""))
        }
        let budget = try? StrictJSON.decode(
            Budget.self,
            from: Data(JSON.object(members).compactText.utf8),
            path: "the query"
        )
        return budget.flatMap { $0.isUnlimited ? nil : $0 }
    }
}

extension Budget {
    /// As the query of the page above.
    public var query: String {
        guard let data = try? StrictJSON.encode(self), let json = try? JSON(parsing: data) else { return "" }
        return json.members.map { "\($0.key)=\($0.value.compactText)" }.joined(separator: "&")
    }
}
