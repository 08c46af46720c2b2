public import Foundation
import OneShotCore
import OneShotProcess

extension ContainerEngine {
    /// Saves the image and takes it apart.
    public func layers(of image: SandboxImage, dockerfile: URL, in directory: URL) async throws -> [ImageLayer] {
        guard client.dialect != .appleContainer else {
            throw SandboxError.engineUnavailable(
                name: name,
                reason: "it cannot save an image's layers one by one",
                remedy: "validate with --engine docker or podman"
            )
        }
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
        try await client.image(reference)?.layers ?? []
    }

    /// Of the image that a Dockerfile of one stage starts from; none for one of several, which may take from anywhere.
    private func diffs(ofBase dockerfile: URL) async throws -> [String] {
        let context = try BuildContext(dockerfile: dockerfile)
        let stages = context.text.textLines.count {
            $0.split(separator: " ").first?.uppercased() == "FROM"
        }
        guard stages == 1, let base = context.base, !base.contains("$") else { return [] }
        return try await diffs(of: base)
    }
}
