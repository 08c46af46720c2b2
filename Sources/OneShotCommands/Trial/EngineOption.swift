import ArgumentParser
import OneShotSandbox

/// `--engine NAME`
struct EngineOption: ParsableArguments {
    @Option(help: "docker, podman, apple-container (macOS) or local (default: the first that works).")
    var engine: String?

    @Option(
        help: """
            How much room the images that oneshot builds may take, as 20GB; those that were not used for the longest \
            time go first (default: ONESHOT_IMAGE_QUOTA, else 20GB).
            """
    )
    var imageQuota: String?

    /// - Parameter usual: the one to take where none is named.
    func choose(usually usual: String? = nil) async throws -> any Engine {
        try await EngineSelection.choose(named: engine ?? usual, imageQuota: try ImageQuota.chosen(imageQuota))
    }
}
