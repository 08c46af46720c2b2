public import Foundation

/// A port on 127.0.0.1 that stands for an upstream: `--reverse [PORT=]URL`.
public struct ReverseOption: Sendable, Equatable {
    /// Nil: the next after the recorder's own.
    public var port: Int?
    public var upstream: URL

    public init(port: Int? = nil, upstream: URL) {
        self.port = port
        self.upstream = upstream
    }

    /// Reads `URL` or `PORT=URL`.
    ///
    /// - Throws: ``WorkbenchError/badReverse(_:)``.
    public init(_ word: String) throws {
        let digits = word.prefix { ("0"..."9").contains($0) }
        let hasPort = !digits.isEmpty && word.dropFirst(digits.count).hasPrefix("=")
        let text = hasPort ? word.dropFirst(digits.count + 1) : word[...]
        port = hasPort ? Int(digits) : nil
        guard let url = URL(string: String(text)), ["http", "https"].contains(url.scheme), url.host != nil,
            url.user == nil, url.query == nil, !hasPort || (0...65_535).contains(port ?? -1)
        else { throw WorkbenchError.badReverse(word) }
        upstream = url
    }

    var word: String { (port.map { "\($0)=" } ?? "") + upstream.absoluteString }
}
