import Foundation
import OneShotCore

/// What of the person's configuration decides which files a snapshot holds and with which bytes. Nothing of it names a
/// program.
struct WorkingTreeSettings: Sendable, Equatable {
    var values: [String: String]

    private static let names: Set<String> = [
        "core.autocrlf", "core.eol", "core.filemode", "core.symlinks", "core.ignorecase", "core.precomposeunicode",
        "core.excludesfile", "core.attributesfile", "core.sparsecheckout", "core.sparsecheckoutcone",
        "core.protecthfs", "core.protectntfs", "core.checkroundtripencoding",
    ]

    /// - Parameter listing: what `git config -z --list` says.
    init(listing: Data) {
        values = [:]
        for entry in listing.split(separator: 0) {
            let text = String(decoding: entry, as: UTF8.self)
            let name = text.prefix { $0 != "\n" }
            guard Self.names.contains(String(name)) else { continue }
            // A name without a value is a switch that is on.
            values[String(name)] = name.endIndex == text.endIndex ? "true" : String(text.dropFirst(name.count + 1))
        }
    }

    /// Whether a file's mode or name may be another in git than on disk, or attributes may lie in the index alone.
    var bendModesOrNames: Bool {
        ["core.filemode", "core.symlinks"].contains { isOn($0) == false }
            || ["core.ignorecase", "core.precomposeunicode", "core.sparsecheckout"].contains { isOn($0) == true }
    }

    /// nil where nothing is said (git-config(1), boolean values).
    private func isOn(_ name: String) -> Bool? {
        values[name].map { !["false", "no", "off", "0", ""].contains($0.lowercased()) }
    }

    /// Files of the person's `.git` that say what is ignored and which attributes hold, copied for as long as `body`
    /// runs: afterwards no attribute has a say in what is done with the snapshots.
    static func borrowing<Result>(
        from repository: Repository,
        in store: URL,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let files = [
            ("exclude", repository.commonDirectory), ("attributes", repository.commonDirectory),
            ("sparse-checkout", repository.gitDirectory),
        ]
        func remove() {
            for (name, _) in files { unlink(store.appendingPathComponent("info/\(name)").path) }
        }
        remove()
        defer { remove() }
        for (name, source) in files {
            let url = source.appendingPathComponent("info/\(name)")
            guard let data = try? Data(contentsOf: url), !data.isEmpty else { continue }
            let copy = store.appendingPathComponent("info/\(name)")
            do {
                // Not for longer than this process: it need not be on the disk.
                try data.write(to: copy)
            } catch {
                throw FileError.unwritable(path: copy.path, reason: "the disk may be full")
            }
        }
        return try await body()
    }
}
