/// An environment that is ready to be started.
public struct SandboxImage: Sendable, Equatable {
    /// The engine's name for it; empty for the local engine.
    public var reference: String
    /// SHA-256 of what it was made from.
    public var digest: String

    public init(reference: String, digest: String) {
        self.reference = reference
        self.digest = digest
    }
}
