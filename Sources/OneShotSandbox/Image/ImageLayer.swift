public import Foundation

/// One layer of an image.
public struct ImageLayer: Sendable {
    /// SHA-256 of its plain tar archive.
    public var digest: String
    /// A tar archive, plain or compressed, which the caller may remove.
    public var file: URL
    /// Whether the image that the Dockerfile starts from has it too.
    public var isBase: Bool
}
