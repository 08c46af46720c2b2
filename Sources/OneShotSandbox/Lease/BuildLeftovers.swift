import Foundation
import OneShotCore
import OneShotProcess

/// The containers in which podman carries out the steps of a build: they have no labels, stay when the builder is
/// killed, and are known by the directory of ours that was mounted into them.
enum BuildLeftovers {
    /// - Returns: the ids of those whose directory is gone; none for docker, whose daemon removes its own.
    static func find(_ client: ContainerClient) async -> [String] {
        await all(client).filter { !$0.value.exists }.keys.sorted()
    }

    /// The directories by the ids of their containers.
    static func all(_ client: ContainerClient) async -> [String: LeasedDirectory] {
        guard client.dialect == .podman, let containers = await containersDirectory(client) else { return [:] }
        let ids = (try? FileManager.default.contentsOfDirectory(atPath: containers.path)) ?? []
        return ids.reduce(into: [:]) { all, id in
            let file = containers.appendingPathComponent("\(id)/userdata/buildah.json")
            all[id] = (try? String(contentsOf: file, encoding: .utf8)).flatMap(directory(in:))
        }
    }

    /// The directory of ours that a builder's description names.
    static func directory(in text: String) -> LeasedDirectory? {
        guard let start = text.range(of: LeasedDirectory.prefix(.build)) else { return nil }
        let id = text[start.upperBound...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return id.isEmpty ? nil : LeasedDirectory(kind: .build, id: String(id))
    }

    private static func containersDirectory(_ client: ContainerClient) async -> URL? {
        let format = "{{.Store.GraphRoot}}/{{.Store.GraphDriverName}}-containers"
        guard let result = try? await client.run(["info", "--format", format]), result.succeeded
        else { return nil }
        return URL(fileURLWithPath: result.text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
