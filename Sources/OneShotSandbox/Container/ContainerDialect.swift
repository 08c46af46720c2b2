import Foundation

/// Where docker's and podman's command lines differ.
enum ContainerDialect: String, Sendable, CaseIterable {
    case docker, podman

    var program: String { rawValue }

    /// The words that print the version of the engine itself, and that fail where no engine answers.
    var versionArguments: [String] {
        switch self {
        case .docker: ["version", "--format", "{{.Server.Version}}"]
        case .podman: ["version", "--format", "{{.Client.Version}}"]
        }
    }

    /// Kills and removes, at once.
    var removeArguments: [String] {
        switch self {
        case .docker: ["rm", "--force"]
        case .podman: ["rm", "--force", "--time", "0"]
        }
    }

    /// An image that is here already is never asked for at a registry.
    var buildArguments: [String] {
        switch self {
        case .docker: []
        case .podman: ["--pull=missing", "--format=docker", "--http-proxy=false"]
        }
    }

    /// The words that show a build what it has to know of this machine. Docker's builder mounts nothing.
    func settingsArguments(_ directory: URL) -> [String] {
        switch self {
        case .docker: []
        case .podman: ["--volume", "\(directory.path):\(BuildSettings.directory):ro"]
        }
    }

    var runArguments: [String] {
        switch self {
        case .docker: []
        // Else podman hands the host's proxy variables on.
        case .podman: ["--http-proxy=false"]
        }
    }

    /// Who commands run as. As root: the user 1000. Otherwise whoever we are, so that the mounts are theirs on both
    /// sides.
    func userArguments(uid: uid_t, gid: gid_t) -> [String] {
        switch (self, uid) {
        case (_, 0): ["--user", "1000:1000"]
        case (.podman, _): ["--userns=keep-id:uid=1000,gid=1000", "--user", "1000:1000"]
        case (.docker, _): ["--user", "\(uid):\(gid)"]
        }
    }
}
