import Foundation
import OneShotCore

extension LeasedDirectory {
    private var engine: URL { url.appendingPathComponent("engine") }
    private var companion: URL { url.appendingPathComponent("companion") }

    /// Notes the engine whose containers will belong to the directory, and how it is reached, before there is one.
    ///
    /// - Throws: ``FileError/unwritable(path:reason:)``.
    func remember(_ client: ContainerClient) throws {
        let ours = ProcessInfo.processInfo.environment.filter { ContainerClient.placeVariables.contains($0.key) }
        let variables = ours.merging(client.environment) { $1 }.sorted { $0.key < $1.key }
        let lines = [client.dialect.rawValue] + variables.map { "\($0.key)=\($0.value)" }
        try AtomicFile.write(lines.joined(separator: "\n"), to: engine, mode: 0o600)
    }

    /// The client of the engine that was noted.
    var client: ContainerClient? {
        let lines = ((try? String(contentsOf: engine, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
        guard let dialect = lines.first.flatMap(ContainerDialect.init) else { return nil }
        let variables = lines.dropFirst().compactMap { line -> (String, String)? in
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
        return ContainerClient(dialect: dialect, environment: Dictionary(variables) { $1 })
    }

    /// A directory of the same name for large files, where programs have theirs, that goes when this one goes: `/tmp` is
    /// in memory on many machines.
    ///
    /// - Throws: ``FileError/unwritable(path:reason:)``.
    func makeCompanion() throws -> URL {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/var/tmp"
        let place = URL(fileURLWithPath: parent).appendingPathComponent(name)
        try AtomicFile.write(place.path, to: companion, mode: 0o600)
        try AtomicFile.makeDirectory(place, mode: 0o700)
        return place
    }

    func removeCompanion() {
        guard let path = try? String(contentsOf: companion, encoding: .utf8) else { return }
        let place = URL(fileURLWithPath: path)
        // The name is nobody else's.
        if place.lastPathComponent == name { Self.removeTree(place) }
    }
}
