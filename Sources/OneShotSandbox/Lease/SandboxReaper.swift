import Foundation
import OneShotCore
import OneShotProcess

/// Clears away what a killed `oneshot` has left behind.
public enum SandboxReaper {
    /// Removes every sandbox whose owner has ended or whose lease is over, and nothing else.
    ///
    /// - Returns: a name for each that was removed.
    @discardableResult
    public static func reap() async throws -> [String] {
        var removed = await reapLocal()
        for client in ContainerDialect.allCases.map({ ContainerClient(dialect: $0) }) {
            // An engine that does not answer has no containers.
            guard (try? await client.version()) != nil else { continue }
            removed += try await reapContainers(client)
        }
        return removed
    }

    /// Local sandboxes die with their owner; their directories and control groups do not.
    @discardableResult
    static func reapLocal() async -> [String] {
        var removed: [String] = []
        for scratch in Scratch.all() where scratch.isOrphaned() {
            await scratch.rememberedGroup?.remove()
            scratch.remove()
            removed.append("sandbox \(scratch.id)")
        }
        return removed
    }

    /// Containers outlive the client that started them.
    @discardableResult
    static func reapContainers(_ client: ContainerClient) async throws -> [String] {
        let ids = try await client.containers(label: ContainerArguments.Label.lease)
        guard !ids.isEmpty else { return [] }
        let format = "{{.Id}} {{.Name}} {{index .Config.Labels \"\(ContainerArguments.Label.lease)\"}}"
        let listed = try await client.run(["container", "inspect", "--format", format] + ids)
        let orphans = listed.text.split(separator: "\n").compactMap { line -> (id: String, name: String)? in
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard parts.count == 3, let lease = Lease(parts[2]), lease.isOver() else { return nil }
            return (parts[0], parts[1])
        }
        guard !orphans.isEmpty else { return [] }
        _ = try await client.run(client.dialect.removeArguments + orphans.map(\.id))
        return orphans.map { "\(client.dialect.rawValue) container \($0.name)" }
    }
}
