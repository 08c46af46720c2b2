public import Foundation

/// What a trial runs in: docker, podman, or the local namespace sandbox.
public protocol Engine: Sendable {
    /// As in `--engine NAME` and `results.json`.
    var name: String { get }
    /// The engine's own version text, for `results.json`.
    func version() async throws -> String
    /// Makes the environment of a prepared task ready: builds its Dockerfile once per content hash, or checks the
    /// host's tools where there are no images.
    ///
    /// Nothing but the Dockerfile and the `repo.bundle` beside it is in the build's context.
    ///
    /// - Parameter onOutput: called for each line that the build prints; never where the image is there already.
    /// - Throws: ``SandboxError/imageFailed(step:lines:)``, ``SandboxError/brokenDockerfile(path:line:problem:)``.
    func image(dockerfile: URL, onOutput: @escaping @Sendable (String) -> Void) async throws -> SandboxImage
    /// The image's layers, the lowest first, each as a file below `directory`; none where there are no images.
    ///
    /// - Parameter dockerfile: what the image was made from; it tells which layers are the base image's.
    /// - Throws: `ProcessError` when the engine cannot save the image.
    func layers(of image: SandboxImage, dockerfile: URL, in directory: URL) async throws -> [ImageLayer]
    /// Starts a sandbox, runs `body`, and takes the sandbox down with every process in it, however `body` ends:
    /// by returning, by throwing, or by the cancellation of the task.
    ///
    /// While the sandbox is there, its writable mounts belong to the sandbox's user; afterwards they belong again to
    /// the owner that each had (this matters only where we are root).
    func withSandbox<Result: Sendable>(
        _ specification: SandboxSpecification,
        _ body: @Sendable (any Sandbox) async throws -> Result
    ) async throws -> Result
}
