import OneShotCore

/// An object inside a script file, with the place that an error names. A script holds values of other people's
/// formats (tool arguments, output items), whose order of keys and digits must stay; hence no `Codable`.
struct ScriptObject {
    let json: JSON
    let place: String
    let path: String

    init(_ json: JSON, place: String, path: String) {
        self.json = json
        self.place = place
        self.path = path
    }

    func problem(_ key: String, _ problem: String) -> FileError {
        FileError.malformed(
            path: path,
            place: [place, key].filter { !$0.isEmpty }.joined(separator: "."),
            problem: problem
        )
    }

    /// - Throws: for anything but an object, and for a key that is not in the list.
    func allow(_ keys: [String]) throws {
        guard case .object(let members) = json else { throw problem("", "expected an object") }
        for member in members where !keys.contains(member.key) {
            throw problem(member.key, "unknown key; known are \(keys.joined(separator: ", "))")
        }
    }

    func string(_ key: String) throws -> String? { try value(key, "a string", \.string) }
    func int(_ key: String) throws -> Int? { try value(key, "a whole number", \.int) }
    func bool(_ key: String) throws -> Bool? { try value(key, "true or false", \.bool) }

    func object(_ key: String) throws -> ScriptObject? {
        guard let value = json[key] else { return nil }
        guard case .object = value else { throw problem(key, "expected an object") }
        return nested(value, key)
    }

    /// The objects of an array that must be there.
    func objects(_ key: String) throws -> [ScriptObject] {
        guard let value = json[key] else { throw problem(key, "missing key") }
        guard case .array(let elements) = value else { throw problem(key, "expected an array") }
        return try elements.enumerated().map { index, element in
            guard case .object = element else { throw problem("\(key).\(index)", "expected an object") }
            return nested(element, "\(key).\(index)")
        }
    }

    private func nested(_ value: JSON, _ key: String) -> ScriptObject {
        ScriptObject(value, place: place.isEmpty ? key : "\(place).\(key)", path: path)
    }

    private func value<Value>(_ key: String, _ kind: String, _ read: (JSON) -> Value?) throws -> Value? {
        guard let value = json[key] else { return nil }
        guard let result = read(value) else { throw problem(key, "expected \(kind)") }
        return result
    }
}
