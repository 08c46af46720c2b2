/// An issue or a pull request: `owner/name#12`, or its address.
public struct ForgeReference: Sendable, Equatable, CustomStringConvertible {
    public var owner: String
    public var name: String
    public var number: Int

    /// - Throws: ``SourceError/badReference(_:)``.
    public init(_ text: String) throws(SourceError) {
        let path = text.replacing(/^https?:\/\/[^\/]+\//, with: "").replacing(/\/(issues|pull)\//, with: "#")
        let parts = path.split(separator: "#", omittingEmptySubsequences: false)
        let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, names.count == 2, names.allSatisfy(Self.isName), let number = Int(parts[1]), number > 0
        else { throw .badReference(text) }
        self.owner = String(names[0])
        self.name = String(names[1])
        self.number = number
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && !text.hasPrefix("-")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    public var description: String { "\(owner)/\(name)#\(number)" }

    func with(number: Int) -> ForgeReference {
        var other = self
        other.number = number
        return other
    }
}
