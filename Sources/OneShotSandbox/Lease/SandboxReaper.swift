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
        var removed = await reapDirectories()
        // What is left of those whose directory was lost, too.
        for client in ContainerDialect.here.map({ ContainerClient(dialect: $0) }) {
            // An engine that does not answer has no containers.
            guard (try? await client.version()) != nil else { continue }
            removed += try await reapContainers(client) + reapBuilds(client)
        }
        return removed
    }

    /// What every command does first: one look at the names in `/tmp`, and the rest only where a lease is over. Each
    /// sandbox and build has a directory there from before its first container until after its last, so that no engine
    /// has to be asked.
    ///
    /// - Parameter patience: after this time it returns, and goes on for as long as this process lives; what is left is
    ///   left to the next command.
    public static func reapExpired(within patience: Duration = .seconds(15)) async {
        let orphans = LeasedDirectory.all().filter { $0.isOrphaned() }
        if orphans.isEmpty, HalfMadeDirectory.orphans().isEmpty { return }
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        // Unstructured, so that an engine that does not answer keeps nobody waiting.
        Task {
            await reapDirectories()
            end.finish()
        }
        let timer = Task {
            try await Task.sleep(for: patience)
            end.finish()
        }
        for await _ in ends {}
        timer.cancel()
    }

    /// Removes the directories whose lease is over, and all that belongs to them.
    @discardableResult
    static func reapDirectories() async -> [String] {
        var removed: [String] = []
        for directory in LeasedDirectory.all() where directory.isOrphaned() {
            await directory.reap()
            removed.append("\(directory.kind.rawValue) \(directory.id)")
        }
        for directory in HalfMadeDirectory.orphans() {
            directory.remove()
            removed.append(directory.name)
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

    /// A builder's containers outlive the builder. To look for them takes a moment.
    @discardableResult
    static func reapBuilds(_ client: ContainerClient) async throws -> [String] {
        let orphans = await BuildLeftovers.find(client)
        if !orphans.isEmpty { _ = try await client.run(client.dialect.removeArguments + orphans) }
        return orphans.map { "\(client.dialect.rawValue) build container \($0.prefix(12))" }
    }
}

extension LeasedDirectory {
    /// Ends and removes what belongs to it, whoever made it, and at last the directory itself, by which the rest is
    /// found.
    ///
    /// Local sandboxes die with their owner; their directories and control groups do not. Builders die when they next
    /// print something; what runs in a build's step does not. Containers stay.
    func reap() async {
        if let client { try? await ContainerTeardown(client: client, directory: self).run() }
        await LeasedProcesses.end(of: self)
        await Scratch(self).rememberedGroup?.remove()
        remove()
    }
}
