public import Foundation

/// How our own JSON files are written and read: sorted keys, two blanks, and no key that the format does not have.
public enum StrictJSON {
    /// - Throws: ``FileError/unwritable(path:reason:)`` when a value has no JSON form (NaN, infinity).
    public static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value) + Data("\n".utf8)
    }

    /// Decodes `data`, which came from the file `path`.
    ///
    /// - Throws: ``FileError/malformed(path:place:problem:)`` that names the key that is missing, has the wrong
    ///   kind of value, or is not part of the format (with the nearest key that is).
    public static func decode<Value: Codable>(_ type: Value.Type, from data: Data, path: String) throws -> Value {
        let value: Value
        do {
            value = try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw FileError.malformed(path: path, place: error.place, problem: error.problem(in: data))
        }
        try rejectUnknownKeys(
            in: try JSON(parsing: data),
            known: try JSON(parsing: try JSONEncoder().encode(value)),
            at: [],
            path: path
        )
        return value
    }

    /// Reads and decodes a file.
    public static func read<Value: Codable>(_ type: Value.Type, at url: URL) throws -> Value {
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw FileError.unreadable(path: url.path, reason: "no such file, or no permission")
        }
        return try decode(type, from: data, path: url.path)
    }

    /// A key that decoding ignored is absent when the decoded value is encoded again.
    private static func rejectUnknownKeys(in input: JSON, known: JSON, at place: [String], path: String) throws {
        switch (input, known) {
        case (.object(let members), .object(let knownMembers)):
            for member in members {
                if let knownValue = known[member.key] {
                    try rejectUnknownKeys(in: member.value, known: knownValue, at: place + [member.key], path: path)
                } else if member.value != .null {
                    let hint = nearest(member.key, in: knownMembers.map(\.key)).map { "; did you mean \"\($0)\"?" }
                    throw FileError.malformed(
                        path: path,
                        place: (place + [member.key]).joined(separator: "."),
                        problem: "unknown key" + (hint ?? "; remove it")
                    )
                }
            }
        case (.array(let elements), .array(let knownElements)):
            for (index, (element, knownElement)) in zip(elements, knownElements).enumerated() {
                try rejectUnknownKeys(in: element, known: knownElement, at: place + ["\(index)"], path: path)
            }
        default: break
        }
    }

    /// The candidate within an edit distance of 3, if there is one.
    package static func nearest(_ word: String, in candidates: [String]) -> String? {
        let ranked = candidates.map { ($0, editDistance(word, $0)) }.min { $0.1 < $1.1 }
        guard let (candidate, distance) = ranked, distance <= 3, distance < word.count else { return nil }
        return candidate
    }

    private static func editDistance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let substitution = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}

extension DecodingError {
    fileprivate var place: String {
        let (path, key): ([any CodingKey], (any CodingKey)?) =
            switch self {
            case .keyNotFound(let key, let context): (context.codingPath, key)
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context.codingPath, nil)
            @unknown default: ([], nil)
            }
        return (path + [key].compactMap { $0 }).map { $0.intValue.map(String.init) ?? $0.stringValue }
            .joined(separator: ".")
    }

    fileprivate func problem(in data: Data) -> String {
        switch self {
        case .keyNotFound: "missing key"
        case .typeMismatch(let type, _): "expected \(Self.name(of: type))"
        case .valueNotFound(let type, _): "expected \(Self.name(of: type)), found null"
        case .dataCorrupted(let context):
            if case .failure(let error) = Result(catching: { try JSON(parsing: data) }) {
                "not JSON: \(error)"
            } else {
                context.debugDescription
            }
        @unknown default: "does not fit the format"
        }
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any FixedWidthInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [String: Any].Type: "an object"
        default: "\(type)".hasPrefix("Array") ? "an array" : "\(type)".hasPrefix("Dictionary") ? "an object" : "\(type)"
        }
    }
}
