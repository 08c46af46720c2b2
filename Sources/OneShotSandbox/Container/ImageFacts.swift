import Foundation
import OneShotCore

/// What an engine says about an image.
struct ImageFacts: Sendable, Equatable {
    var id: String
    var names: [String] = []
    var labels: [String: String] = [:]
    /// The digest that a registry gave it.
    var registryDigest: String?
    /// With the layers that it shares with others.
    var bytes = 0
    /// The digests of its layers, the lowest first.
    var layers: [String] = []
    var created: Date?

    /// Reads what `image inspect` prints without a template: an array, in all dialects.
    static func read(_ output: Data, dialect: ContainerDialect) -> [ImageFacts] {
        ((try? JSON(parsing: output))?.elements ?? []).map { dialect == .appleContainer ? apple($0) : oci($0) }
    }

    /// As docker and podman describe an image.
    private static func oci(_ json: JSON) -> ImageFacts {
        ImageFacts(
            id: plain(json["Id"]?.string ?? ""),
            names: json["RepoTags"]?.elements.compactMap(\.string) ?? [],
            labels: labels(json["Config"]?["Labels"] ?? json["Labels"]),
            registryDigest: json["RepoDigests"]?.elements.first?.string,
            bytes: json["Size"]?.int ?? 0,
            layers: json["RootFS"]?["Layers"]?.elements.compactMap(\.string).map(plain) ?? [],
            created: json["Created"]?.string.flatMap(date)
        )
    }

    /// As Apple's `container` does: a description with a variant for each platform.
    private static func apple(_ json: JSON) -> ImageFacts {
        let variant = json["variants"]?.elements.first { $0["platform"]?["os"]?.string == "linux" }
        let digest = json["configuration"]?["descriptor"]?["digest"]?.string
        return ImageFacts(
            id: plain(digest ?? ""),
            names: [json["configuration"]?["name"]?.string].compactMap { $0 },
            labels: labels(variant?["config"]?["config"]?["Labels"]),
            registryDigest: digest,
            bytes: variant?["size"]?.int ?? 0,
            layers: variant?["config"]?["rootfs"]?["diff_ids"]?.elements.compactMap(\.string).map(plain) ?? [],
            created: json["configuration"]?["creationDate"]?.string.flatMap(date)
        )
    }

    private static func labels(_ json: JSON?) -> [String: String] {
        Dictionary((json?.members ?? []).map { ($0.key, $0.value.string ?? "") }) { first, _ in first }
    }

    private static func plain(_ digest: String) -> String {
        digest.hasPrefix("sha256:") ? String(digest.dropFirst(7)) : digest
    }

    /// To the second; engines write between none and nine digits of it.
    private static func date(_ text: String) -> Date? {
        let seconds = text.prefix { $0 != "." && $0 != "Z" && $0 != "+" }
        return try? Date(String(seconds.prefix(19)) + "Z", strategy: .iso8601)
    }
}

/// A container of ours.
struct ContainerFacts: Sendable, Equatable {
    var id: String
    var name: String
    var labels: [String: String]

    /// Reads what `container inspect` (docker, podman) or `list --format json` (Apple) prints.
    static func read(_ output: Data, dialect: ContainerDialect) -> [ContainerFacts] {
        ((try? JSON(parsing: output))?.elements ?? []).map { json in
            let isApple = dialect == .appleContainer
            let labels = isApple ? json["configuration"]?["labels"] : json["Config"]?["Labels"]
            let id = (isApple ? json["configuration"]?["id"]?.string : json["Id"]?.string) ?? ""
            let name = (isApple ? id : json["Name"]?.string) ?? id
            return ContainerFacts(
                id: id,
                name: name.hasPrefix("/") ? String(name.dropFirst()) : name,
                labels: Dictionary((labels?.members ?? []).map { ($0.key, $0.value.string ?? "") }) { first, _ in first
                }
            )
        }
    }
}
