public import Foundation

/// What has to be known of a task to try tampers on it.
public struct TaskShape: Sendable {
    /// Paths that the solution changes.
    public var solutionFiles: [String]
    /// Tests of the repository and those laid over it.
    public var testFiles: [String]
    /// Names of tests and of their cases.
    public var testNames: [String]

    public init(solutionFiles: [String], testFiles: [String], testNames: [String]) {
        self.solutionFiles = solutionFiles
        self.testFiles = testFiles
        self.testNames = testNames
    }

    var languages: Set<String> {
        Set((solutionFiles + testFiles).compactMap { SourceLanguage.of($0)?.name })
    }

    /// The directories that hold tests, at most a few.
    var testDirectories: [String] {
        let directories = Set(testFiles.map { $0.split(separator: "/").dropLast().joined(separator: "/") })
        return Array(directories.sorted().prefix(8))
    }
}

/// A tamper made ready for one task.
public struct TamperCandidate: Sendable, Equatable {
    public enum Method: Sendable, Equatable {
        case files([FileEdit])
        case command(String)
    }

    public var name: String
    public var method: Method
    /// Whether tests that call the code in their own process cannot tell it from a solution.
    public var isInProcess = false

    /// Those that apply to a task.
    ///
    /// - Parameters:
    ///   - forbidden: git object ids that must be nowhere, for the probes.
    ///   - content: of a file at the start of the task; nil where there is none.
    public static func all(
        for shape: TaskShape,
        forbidden: [String] = [],
        content: (String) -> Data?
    ) -> [TamperCandidate] {
        Tamper.all.compactMap { tamper in
            guard tamper.languages.isEmpty || !tamper.languages.isDisjoint(with: shape.languages) else { return nil }
            switch tamper.method {
            case .command(let text):
                let objects = forbidden.prefix(200).joined(separator: " ")
                return TamperCandidate(name: tamper.name, method: .command(text.replacing("{objects}", with: objects)))
            case .files(let edits):
                let files = tamper.resolved(edits, shape: shape, content: content)
                return files.isEmpty
                    ? nil : TamperCandidate(name: tamper.name, method: .files(files), isInProcess: tamper.isInProcess)
            }
        }
    }
}

extension Tamper {
    fileprivate func resolved(_ edits: [Edit], shape: TaskShape, content: (String) -> Data?) -> [FileEdit] {
        var files: [FileEdit] = []
        for edit in edits {
            for path in paths(edit.place, shape: shape) where FileEdit.isPlain(path) {
                let earlier = files.last { $0.path == path }
                let before = earlier.map(\.content) ?? content(path)
                let file: Data?
                if case .remove = edit.change {
                    guard before != nil else { continue }
                    file = nil
                } else {
                    guard let text = edit.change.text(over: before, names: shape.testNames) else { continue }
                    file = text
                }
                files.removeAll { $0.path == path }
                files.append(FileEdit(path: path, content: file, isExecutable: edit.isExecutable))
            }
        }
        return files
    }

    private func paths(_ place: Place, shape: TaskShape) -> [String] {
        func isOurs(_ path: String) -> Bool {
            languages.isEmpty || SourceLanguage.of(path).map { languages.contains($0.name) } == true
        }
        switch place {
        case .path(let path): return [path]
        case .besideTests(let name): return shape.testDirectories.map { $0.isEmpty ? name : "\($0)/\(name)" }
        case .solutionFiles: return shape.solutionFiles.filter { isOurs($0) && !shape.testFiles.contains($0) }
        case .testFiles: return shape.testFiles.filter(isOurs)
        }
    }
}

extension Tamper.Change {
    /// - Returns: nil when there is nothing to change.
    fileprivate func text(over before: Data?, names: [String]) -> Data? {
        switch self {
        case .remove: return nil
        case .write(let text): return Data(Self.filled(text, names).utf8)
        case .prepend(let text): return Data(Self.filled(text, names).utf8) + (before ?? Data())
        case .append(let text):
            var data = before ?? Data()
            if let last = data.last, last != UInt8(ascii: "\n") { data.append(UInt8(ascii: "\n")) }
            return data + Data(Self.filled(text, names).utf8)
        case .insert(let pattern, let text):
            guard var code = String(validating: before ?? Data(), as: UTF8.self),
                let match = code.range(of: pattern, options: .regularExpression)
            else { return nil }
            code.insert(contentsOf: Self.filled(text, names), at: match.upperBound)
            return Data(code.utf8)
        }
    }

    private static func filled(_ text: String, _ names: [String]) -> String {
        guard let start = text.range(of: "{tests:"),
            let end = text.range(of: ":}", range: start.upperBound..<text.endIndex)
        else { return text }
        let template = String(text[start.upperBound..<end.lowerBound])
        let lines = names.prefix(200).map { template.replacing("{test}", with: $0) }.joined(separator: "\n")
        return text[..<start.lowerBound] + lines + text[end.upperBound...]
    }
}
