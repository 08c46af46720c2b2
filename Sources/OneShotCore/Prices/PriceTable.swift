public import Foundation

/// The prices of models, known without a network: those that the program ships, and over them the person's own.
public struct PriceTable: Sendable, Equatable {
    /// Where a price comes from.
    public enum Source: Sendable, Equatable {
        /// Shipped with the program.
        case shipped
        /// A file of the person's.
        case file(path: String)

        /// For a person: `shipped`, or the file's path.
        public var text: String {
            switch self {
            case .shipped: "shipped"
            case .file(let path): path
            }
        }
    }

    public struct Entry: Sendable, Equatable {
        public var price: ModelPrice
        public var source: Source
    }

    private var byModel: [String: Entry]

    public init(_ prices: [ModelPrice], source: Source) {
        byModel = [:]
        set(prices, source: source)
    }

    /// All entries, by the model's name.
    public var entries: [Entry] { byModel.values.sorted { $0.price.model < $1.price.model } }

    /// The price of the model that a request or an answer names: its own entry, else that of the model whose
    /// snapshot it is (`gpt-5.2-2025-12-11`, `claude-haiku-4-5-20251001`, `…-latest`), with or without the vendor's name
    /// before a slash (`anthropic/claude-opus-5`).
    public func price(of model: String) -> ModelPrice? {
        let name = model.lowercased()
        let bare = name.split(separator: "/").last.map(String.init) ?? name
        return [name, bare].lazy.compactMap { byModel[$0] ?? byModel[Self.withoutSnapshot($0)] }.first?.price
    }

    private static func withoutSnapshot(_ name: String) -> String {
        name.replacing(/(-\d{4}-\d{2}-\d{2}|-\d{8}|-latest|@\d{8}|\[1m\])$/, with: "")
    }

    private mutating func set(_ prices: [ModelPrice], source: Source) {
        for price in prices { byModel[price.model.lowercased()] = Entry(price: price, source: source) }
    }
}

// MARK: - The person's own

extension PriceTable {
    public static let fileName = "prices.json"

    /// The shipped prices, then those in `~/.oneshot/prices.json`, then those in the workspace's `prices.json`; the
    /// last one that names a model holds. Files that are not there are passed over.
    ///
    /// - Parameter environment: `HOME`, and `ONESHOT_HOME` that stands for `~/.oneshot`.
    /// - Throws: `FileError` that names the file and the key that does not fit.
    public static func load(
        workspace: Workspace? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> PriceTable {
        let home =
            environment["ONESHOT_HOME"].map { URL(fileURLWithPath: $0, isDirectory: true) }
            ?? HomeDirectory.url(in: environment).appendingPathComponent(".oneshot")
        var table = PriceTable.shipped
        for directory in [home, workspace?.root].compactMap({ $0 }) {
            let file = directory.appendingPathComponent(fileName)
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            table.set(try PriceFile.read(file), source: .file(path: file.path))
        }
        return table
    }
}

/// The JSON file.
private struct PriceFile: Codable {
    var schemaVersion: Int
    var models: [ModelPrice]

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case models
    }

    static func read(_ file: URL) throws -> [ModelPrice] {
        let content = try StrictJSON.read(PriceFile.self, at: file)
        guard content.schemaVersion == 1 else {
            throw FileError.malformed(path: file.path, place: "schema_version", problem: "only 1 is known")
        }
        return content.models
    }
}
