import Foundation
import OneShotCore
import OneShotProcess

/// Clears away what a killed `oneshot` has left behind.
public enum SandboxReaper {
    /// Removes every sandbox, build and socket whose owner has ended or whose lease is over, with its processes,
    /// containers, control groups and files, and nothing else.
    ///
    /// - Returns: a name for each that was removed.
    @discardableResult
    public static func reap() async throws -> [String] {
        var removed = await reapLocal()
        for client in ContainerDialect.here.map({ ContainerClient(dialect: $0) }) {
            // An engine that does not answer has no containers.
            guard (try? await client.version()) != nil else { continue }
            removed += try await reapContainers(client) + reapBuilds(client)
        }
        return removed
    }

    /// Local sandboxes die with their owner; their directories and control groups do not. Builders die when they next
    /// print something; what runs in a build's step does not.
    @discardableResult
    static func reapLocal() async -> [String] {
        var removed: [String] = []
        for directory in LeasedDirectory.all() where directory.isOrphaned() {
            await LeasedProcesses.end(of: directory)
            await Scratch(directory).rememberedGroup?.remove()
            directory.remove()
            removed.append("\(directory.kind.rawValue) \(directory.id)")
        }
        return removed
    }

    /// Containers outlive the client that started them.
    @discardableResult
    static func reapContainers(_ client: ContainerClient) async throws -> [String] {
        let orphans = try await client.containers(label: ContainerArguments.Label.lease)
            .filter { $0.labels[ContainerArguments.Label.lease].flatMap(Lease.init)?.isOver() ?? false }
        if !orphans.isEmpty { _ = try await client.run(client.dialect.removeArguments + orphans.map(\.id)) }
        return orphans.map { "\(client.dialect.rawValue) container \($0.name)" }
    }

    /// A builder's containers outlive the builder. To look for them takes a moment, so it is done where there was a
    /// build.
    @discardableResult
    static func reapBuilds(_ client: ContainerClient) async throws -> [String] {
        let orphans = await BuildLeftovers.find(client)
        if !orphans.isEmpty { _ = try await client.run(client.dialect.removeArguments + orphans) }
        return orphans.map { "\(client.dialect.rawValue) build container \($0.prefix(12))" }
    }
}
