import Foundation
import OneShotRedaction

/// Looks for secrets in the files that a task would carry. It changes nothing: a redacted file is another file, and
/// with it the solution would not be the solution.
struct SecretCheck: Sendable {
    /// Paths, of files or directories, that a person has declared harmless.
    let allowed: [String]
    private let redactor: Redactor

    init(allowed: [String], redactor: Redactor) {
        self.redactor = redactor
        self.allowed = allowed.map { path in
            var path = path[...]
            while path.hasPrefix("./") { path = path.dropFirst(2) }
            while path.hasSuffix("/") { path = path.dropLast() }
            return String(path)
        }
    }

    func isAllowed(_ path: String) -> Bool {
        allowed.contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    /// As `path:line: rule`.
    func places(in data: Data, path: String) -> [String] {
        guard !isAllowed(path), !data.prefix(8000).contains(0) else { return [] }
        return redactor.findings(in: String(decoding: data, as: UTF8.self)).map { "\(path):\($0.line): \($0.rule)" }
    }

    /// Every file of a tree, and of its history-free bundle.
    func places(in entries: [TreeEntry], of objects: TaskObjects) async throws -> [String] {
        var places: [String] = []
        let files = entries.filter { $0.isFile && !isAllowed($0.path) }
        try await objects.forEachBlob(files) { entry, data in
            places += self.places(in: data, path: entry.path)
        }
        return places
    }
}
