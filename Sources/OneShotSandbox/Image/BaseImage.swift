import Foundation
import OneShotProcess

/// The image that the Dockerfiles of tasks start from.
///
/// Where no image registry is reachable, `scripts/make-base-image.sh` makes it from Debian's packages and keeps it as
/// a tar, which is imported here under the public name.
struct BaseImage: Sendable {
    static let reference = "docker.io/library/debian:bookworm-slim"
    private static let localReference = "localhost/oneshot-base:bookworm"

    let client: ContainerClient

    enum Source: Sendable, Equatable {
        case present, tar, registry, none
    }

    /// Where the image would come from.
    func source() async throws -> Source {
        if try await client.hasImage(Self.reference) { return .present }
        if Self.tar != nil, client.dialect != .appleContainer { return .tar }
        return await Self.isRegistryReachable() ? .registry : .none
    }

    /// Imports the tar if there is one and the engine has no image of the name. Takes some seconds, once.
    func importIfMissing() async throws {
        // Apple's engine imports no plain tar.
        guard client.dialect != .appleContainer, let tar = Self.tar, try await !client.hasImage(Self.reference) else {
            return
        }
        let arguments = ["import", "--change", "CMD [\"/bin/bash\"]", "--change", "ENV LANG=C.UTF-8"]
        try await client.command(arguments + [tar.path, Self.localReference], timeout: .seconds(300)).runChecked()
        try await client.command(["tag", Self.localReference, Self.reference], timeout: .seconds(60)).runChecked()
    }

    /// The tar that the script has made on this machine.
    static var tar: URL? {
        let url = CacheDirectory.url.appendingPathComponent("base-bookworm-\(architecture).tar")
        return FileManager.default.fileExists(atPath: url.path) ? url : nil
    }

    /// As Debian calls it.
    private static var architecture: String {
        #if arch(arm64)
            "arm64"
        #else
            "amd64"
        #endif
    }

    /// Whether a connection to the public registry can be made at all, in well under a second. Behind a proxy it is
    /// taken to be.
    private static func isRegistryReachable() async -> Bool {
        let variables = ProcessInfo.processInfo.environment
        if ["HTTPS_PROXY", "https_proxy"].contains(where: { variables[$0]?.isEmpty == false }) { return true }
        let connect = Command(
            "bash",
            ["-c", "exec 3<>/dev/tcp/registry-1.docker.io/443"],
            timeout: .milliseconds(600)
        )
        return (try? await connect.run().succeeded) ?? false
    }
}
