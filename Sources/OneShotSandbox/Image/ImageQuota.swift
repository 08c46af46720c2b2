public import Foundation

/// How much room the images that oneshot builds may take in an engine.
public struct ImageQuota: Sendable, Equatable {
    public static let variable = "ONESHOT_IMAGE_QUOTA"
    public static let standard = ImageQuota(bytes: 20_000_000_000)

    public var bytes: Int

    public init(bytes: Int) { self.bytes = bytes }

    /// - Parameter text: bytes, or a number with `MB`, `GB`, `TB` (powers of 1000); blanks and case do not matter.
    /// - Throws: ``SandboxError/unreadableQuota(text:)``.
    public init(_ text: String) throws {
        let word = text.filter { !$0.isWhitespace }.uppercased()
        let units = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3), ("B", 1), ("", 1)]
        guard let (unit, factor) = units.first(where: { word.hasSuffix($0.0) }),
            let number = Double(word.dropLast(unit.count)), number >= 0, number * factor < 1e18
        else { throw SandboxError.unreadableQuota(text: text) }
        bytes = Int(number * factor)
    }

    /// What the person said: on the command line, else in the environment.
    ///
    /// - Throws: ``SandboxError/unreadableQuota(text:)``.
    public static func chosen(
        _ option: String?,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> ImageQuota {
        guard let text = option ?? environment[variable], !text.isEmpty else { return .standard }
        return try ImageQuota(text)
    }
}
