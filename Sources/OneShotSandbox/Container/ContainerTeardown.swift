import Foundation
import OneShotCore
import OneShotProcess

/// Takes down the containers of one sandbox or build, however far they have come.
///
/// A client that starts a container is left to finish, and the container is removed when it is there: one that is
/// killed in between leaves a container that the engine does not know (``RuntimeLeftovers``).
struct ContainerTeardown {
    let client: ContainerClient
    let directory: LeasedDirectory
    /// How long a client may take before it is killed all the same.
    var patience = Duration.seconds(20)

    /// - Throws: ``ProcessError`` where the engine's program is missing.
    func run() async throws {
        let label = "\(ContainerArguments.Label.sandbox)=\(directory.id)"
        let deadline = ContinuousClock.now + patience
        while true {
            // Looked for first: what none of them makes any more is gone after the removal.
            let clients = LeasedProcesses.clients(of: directory)
            try await client.removeContainers(label: label)
            if clients.isEmpty { break }
            if directory.kind == .build || ContinuousClock.now > deadline {
                for process in clients { kill(process, SIGKILL) }
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
        guard client.dialect == .podman else { return }
        if directory.kind == .build { try await removeSteps() }
        await RuntimeLeftovers.remove(of: directory)
    }

    /// What carried out the steps of a build.
    private func removeSteps() async throws {
        await LeasedProcesses.end(of: directory)
        let steps = await BuildLeftovers.all(client).filter { $0.value == directory }.keys.sorted()
        if !steps.isEmpty { _ = try await client.run(client.dialect.removeArguments + steps) }
    }
}
