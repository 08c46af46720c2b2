public import Foundation
import OneShotCore
import OneShotProcess

extension ContainerEngine {
    /// Saves the image and takes it apart.
    public func layers(of image: SandboxImage, dockerfile: URL, in directory: URL) async throws -> [ImageLayer] {
        try AtomicFile.makeDirectory(directory)
        let archive = directory.appendingPathComponent("image.tar")
        let format = client.dialect == .podman ? ["--format", "docker-archive"] : []
        try await client.command(["save"] + format + ["-o", archive.path, image.reference]).runChecked()
        try await Command("tar", ["-xf", archive.path, "-C", directory.path]).runChecked()
        try FileManager.default.removeItem(at: archive)
        let manifest = try JSON(parsing: try Data(contentsOf: directory.appendingPathComponent("manifest.json")))
        guard case .array(let images) = manifest, case .array(let files)? = images.first?["Layers"] else {
            throw SandboxError.engineUnavailable(
                name: name,
                reason: "it saved the image without a list of layers",
                remedy: "validate with --engine podman"
            )
        }
        let digests = try await diffs(of: image.reference)
        let base = try await diffs(ofBase: dockerfile)
        return files.compactMap(\.string).enumerated().map { index, path in
            let digest = index < digests.count ? digests[index] : path
            return ImageLayer(
                digest: digest,
                // A name in the manifest may be a link to where the layer is.
                file: directory.appendingPathComponent(path).resolvingSymlinksInPath(),
                isBase: index < base.count && base[index] == digest
            )
        }
    }

    private func diffs(of reference: String) async throws -> [String] {
        let result = try await client.run(["image", "inspect", "--format", "{{json .RootFS.Layers}}", reference])
        guard result.succeeded, case .array(let layers)? = try? JSON(parsing: result.standardOutput) else { return [] }
        return layers.compactMap(\.string).map { $0.hasPrefix("sha256:") ? String($0.dropFirst(7)) : $0 }
    }

    /// Of the image that the last stage of a Dockerfile starts from; none where that is an earlier stage.
    private func diffs(ofBase dockerfile: URL) async throws -> [String] {
        let text = (try? String(contentsOf: dockerfile, encoding: .utf8)) ?? ""
        let starts = text.split(separator: "\n").map { $0.split(separator: " ") }.filter {
            $0.first?.uppercased() == "FROM"
        }
        guard let base = starts.last?.dropFirst().first(where: { !$0.hasPrefix("--") }), !base.contains("$") else {
            return []
        }
        return try await diffs(of: String(base))
    }
}
