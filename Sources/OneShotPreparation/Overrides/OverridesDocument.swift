/// `overrides.json` as it is written; described in `docs/formats/overrides.md`.
struct OverridesDocument: Codable, Equatable {
    var schemaVersion: Int
    @KnownKey var removeRepoPaths: [String]?
    @KnownKey var overlayFiles: [String: Content]?
    @KnownKey var overlayRepoFiles: [String: Content]?
    @KnownKey var injectFiles: [InjectedFile]?
    @KnownKey var repo: Repository?
    @KnownKey var prompt: String?
    /// Another name of `prompt`.
    @KnownKey var lmInstructions: String?
    @KnownKey var environmentVariables: [String: Variable]?
    @KnownKey var evaluation: Evaluation?
    /// What the model's provider may do on its own machines, by the names of `ServerTool`.
    @KnownKey var allowServerTools: [String]?
    /// What an agent may install itself from, before it begins.
    @KnownKey var allowInstallHosts: [String]?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case repo, prompt, evaluation
        case schemaVersion = "schema_version"
        case removeRepoPaths = "remove_repo_paths"
        case overlayFiles = "overlay_files"
        case overlayRepoFiles = "overlay_repo_files"
        case injectFiles = "inject_files"
        case lmInstructions = "lm_instructions"
        case environmentVariables = "environment_variables"
        case allowServerTools = "allow_server_tools"
        case allowInstallHosts = "allow_install_hosts"
    }

    struct InjectedFile: Codable, Equatable {
        var path: String
        var content: Content
        @KnownKey var mode: String?
    }

    struct Repository: Codable, Equatable {
        @KnownKey var subdir: String?
    }

    struct Evaluation: Codable, Equatable {
        /// Takes the place of `rubric_template.md`.
        @KnownKey var rubric: Content?
        /// Replaced or added, by their paths below `evaluation/`.
        @KnownKey var files: [String: Content]?
        /// Tests that no longer have a say.
        @KnownKey var dropTests: [String]?

        enum CodingKeys: String, CodingKey {
            case rubric, files
            case dropTests = "drop_tests"
        }
    }
}

extension OverridesDocument {
    /// A text, or an object that says where the content comes from and what mode the file gets.
    struct Content: Codable, Equatable {
        enum Source: Equatable {
            case text(String)
            case base64(String)
            /// Relative to the directory of `overrides.json`.
            case file(String)
        }

        var source: Source
        var mode: String?
        /// Written as a text and not as an object.
        private var isPlain = false

        private enum CodingKeys: String, CodingKey {
            case text, base64, file, mode
        }

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                source = .text(text)
                isPlain = true
                return
            }
            let container = try decoder.container(keyedBy: CodingKeys.self)
            mode = try container.decodeIfPresent(String.self, forKey: .mode)
            let sources: [Source] = try [
                container.decodeIfPresent(String.self, forKey: .text).map(Source.text),
                container.decodeIfPresent(String.self, forKey: .base64).map(Source.base64),
                container.decodeIfPresent(String.self, forKey: .file).map(Source.file),
            ].compactMap { $0 }
            guard let only = sources.first, sources.count == 1 else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "expected one of text, base64 and file")
                )
            }
            source = only
        }

        func encode(to encoder: any Encoder) throws {
            if isPlain, case .text(let text) = source {
                var container = encoder.singleValueContainer()
                return try container.encode(text)
            }
            var (text, base64, file): (String?, String?, String?) = (nil, nil, nil)
            switch source {
            case .text(let content): text = content
            case .base64(let content): base64 = content
            case .file(let path): file = path
            }
            // Absent keys too: what is encoded is what the strict reader knows.
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(text, forKey: .text)
            try container.encode(base64, forKey: .base64)
            try container.encode(file, forKey: .file)
            try container.encode(mode, forKey: .mode)
        }
    }

    /// A value, or an object that says for whom it is.
    struct Variable: Codable, Equatable {
        enum Reader: String, Codable {
            case agent, verifier
        }

        var value: String
        var readers: [Reader]?

        private enum CodingKeys: String, CodingKey {
            case value
            case readers = "for"
        }

        init(from decoder: any Decoder) throws {
            if let value = try? decoder.singleValueContainer().decode(String.self) {
                self.value = value
                return
            }
            let container = try decoder.container(keyedBy: CodingKeys.self)
            value = try container.decode(String.self, forKey: .value)
            readers = try container.decode([Reader].self, forKey: .readers)
        }

        func encode(to encoder: any Encoder) throws {
            guard let readers else {
                var container = encoder.singleValueContainer()
                return try container.encode(value)
            }
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(value, forKey: .value)
            try container.encode(readers, forKey: .readers)
        }
    }
}

/// A key that may be absent, and that the strict reader knows nevertheless: it is encoded as null.
@propertyWrapper
struct KnownKey<Value: Codable & Equatable>: Codable, Equatable {
    var wrappedValue: Value?

    init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    init(from decoder: any Decoder) throws { wrappedValue = try Value(from: decoder) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}

extension KeyedDecodingContainer {
    func decode<Value>(_ type: KnownKey<Value>.Type, forKey key: Key) throws -> KnownKey<Value> {
        KnownKey(wrappedValue: try decodeIfPresent(Value.self, forKey: key))
    }
}
