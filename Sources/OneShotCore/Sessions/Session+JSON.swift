/// The same form that `Codable` gives, keys sorted; see ``Turn/json``.
extension Session {
    /// Everything but the turns: the members that come before `turns`, and those that come after.
    public var membersAroundTurns: (before: [JSON.Member], after: [JSON.Member]) {
        var before: [JSON.Member] = []
        func add(_ key: String, _ value: JSON?) {
            if let value { before.append(.init(key, value)) }
        }
        add("agent", agent?.json)
        add("agent_session_ids", .array(agentSessionIDs.map { .string($0) }))
        add("cost_usd", costUSD.map { JSON($0) })
        add("created_at", .string(createdAt))
        add("models", .array(models.map { .string($0) }))
        add("repository", repository?.json)
        add("schema_version", JSON(schemaVersion))
        add("session_id", .string(sessionID))
        add("sources", sources.isEmpty ? nil : .array(sources.map { .string($0.rawValue) }))
        add("threads", threads.isEmpty ? nil : .array(threads.map(\.json)))
        var after: [JSON.Member] = []
        if let unknownEvents { after.append(.init("unknown_events", JSON(counts: unknownEvents))) }
        if let unpricedTurns { after.append(.init("unpriced_turns", JSON(unpricedTurns))) }
        after += [.init("updated_at", .string(updatedAt)), .init("usage", usage.json)]
        return (before, after)
    }

    public var json: JSON {
        let (before, after) = membersAroundTurns
        return .object(before + [.init("turns", .array(turns.map(\.json)))] + after)
    }
}

extension AgentIdentity {
    fileprivate var json: JSON {
        .object([.init("name", .string(name))] + (version.map { [.init("version", .string($0))] } ?? []))
    }
}

extension SessionRepository {
    fileprivate var json: JSON {
        let members = [("branch", branch), ("commit", commit), ("directory", directory), ("remote_url", remoteURL)]
        return .object(members.compactMap { key, value in value.map { JSON.Member(key, .string($0)) } })
    }
}

extension SessionThread {
    fileprivate var json: JSON {
        var members: [JSON.Member] = []
        if let costUSD { members.append(.init("cost_usd", JSON(costUSD))) }
        members.append(.init("kind", .string(kind.rawValue)))
        if let name { members.append(.init("name", .string(name))) }
        if let parentThreadID { members.append(.init("parent_thread_id", .string(parentThreadID))) }
        members += [.init("thread_id", .string(threadID)), .init("turns", JSON(turns)), .init("usage", usage.json)]
        return .object(members)
    }
}
