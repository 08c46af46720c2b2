/// An environment that is ready to be started.
public struct SandboxImage: Sendable, Equatable {
    /// The engine's name for it; empty for the local engine.
    public var reference: String
    /// SHA-256 of what it was made from.
    public var digest: String

    /// The image that it was built on, by its digest where it came from a registry, else by its id; nil when that is
    /// not known or there is none.
    public var base: String?

    public init(reference: String, digest: String, base: String? = nil) {
        self.reference = reference
        self.digest = digest
        self.base = base
    }
}
