import Foundation
import OneShotCore
import OneShotRedaction

/// What an agent wrote down itself about its session, kept among the run's artifacts without secrets.
enum SessionFiles {
    /// Whether this names files below a home: a path, perhaps with `*` and `?`.
    static func isPattern(_ text: String) -> Bool {
        text.wholeMatch(of: /[A-Za-z0-9._*?\-][A-Za-z0-9._*?\/\-]*/) != nil
            && !text.split(separator: "/").contains("..")
    }

    /// Run in the agent's sandbox when the agent has ended: hands out what fits the patterns.
    static func command(for patterns: [String]) -> [String] {
        let script = """
            cd "$HOME" || exit 0
            for path in \(patterns.filter(isPattern).joined(separator: " ")); do
                [ -e "$path" ] || continue
                mkdir -p "\(InsidePath.session)/$(dirname "$path")"
                cp -RP "$path" "\(InsidePath.session)/$path"
            done
            """
        return ["sh", "-c", script]
    }

    /// The most that is kept of one run.
    static let byteLimit = 64 << 20
    static let fileLimit = 256

    /// Copies the plain text files below `source` to below `target`. What an agent has left is nothing to be trusted:
    /// links are not followed, and what is no file, no text, or too much is left out.
    ///
    /// - Returns: lines about what was left out.
    static func keep(from source: URL, to target: URL, redactor: Redactor) throws -> [String] {
        var omitted: [String] = []
        var bytes = 0
        var count = 0
        for path in try Digest.files(below: source) {
            let file = source.appendingPathComponent(path)
            guard let size = plainSize(of: file) else {
                omitted.append("\(path): no plain file")
                continue
            }
            guard count < fileLimit, bytes + size <= byteLimit else {
                omitted.append("\(path): more than \(fileLimit) files or \(byteLimit >> 20) MB")
                continue
            }
            guard let data = try? Data(contentsOf: file), let text = String(data: data, encoding: .utf8) else {
                omitted.append("\(path): no text")
                continue
            }
            let place = target.appendingPathComponent(visible(path))
            try AtomicFile.makeDirectory(place.deletingLastPathComponent())
            let isStream = path.hasSuffix(".jsonl")
            let redacted = isStream ? redactor.redactStream(text) : redactor.redact(text)
            try AtomicFile.write(redacted.text, to: place)
            bytes += size
            count += 1
        }
        return omitted
    }

    /// `.codex/sessions/x` → `codex/sessions/x`: artifacts are not hidden.
    private static func visible(_ path: String) -> String {
        path.split(separator: "/").map { part in
            let name = part.drop { $0 == "." }
            return name.isEmpty ? "_" : String(name)
        }.joined(separator: "/")
    }

    /// In bytes; nil for what is no plain file.
    private static func plainSize(of file: URL) -> Int? {
        var status = stat()
        guard lstat(file.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }
}
