import OneShotCore
import OneShotStore
import OneShotWire

extension ExchangeDraft {
    /// What `meta_json` holds.
    ///
    /// - Parameter more: what only the writer knows.
    func meta(and more: [JSON.Member]) -> JSON {
        var members: [JSON.Member] = []
        if let status = row.status { members.append(.init("status", JSON(status))) }
        if let head = requestHead {
            members.append(.init("http_version", .string(head.version)))
            members.append(.init("request_headers", SecretFields.redacted(head.fields)))
        }
        if let head = responseHead { members.append(.init("response_headers", SecretFields.redacted(head.fields))) }
        members.append(.init("session_id", .string(row.sessionID)))
        if let runID { members.append(.init("run_id", .string(runID))) }
        if requestBody.total > 0 { members.append(.init("request_bytes", JSON(requestBody.total))) }
        if responseBody.total > 0 { members.append(.init("response_bytes", JSON(responseBody.total))) }
        if requestBody.isTruncated { members.append(.init("request_truncated", true)) }
        if responseBody.isTruncated { members.append(.init("response_truncated", true)) }
        for fact in facts + more where !members.contains(where: { $0.key == fact.key }) { members.append(fact) }
        return .object(members)
    }
}
