import Foundation
import OneShotProcess

extension Repository {
    /// Git commands that compare files with the index: they would run the programs that filters name.
    ///
    /// - Throws: ``GitError``.
    public func gitWithoutFilters() async throws -> Git {
        let pattern = #"^filter\..*\.(clean|smudge|process)$"#
        // Exit code 1: there are none.
        let keys = try await git.run(["config", "-z", "--name-only", "--get-regexp", pattern]).standardOutput
        var git = git
        for key in keys.split(separator: 0) {
            let name = String(decoding: key, as: UTF8.self)
            git.settings[name] = ""
            guard let dot = name.lastIndex(of: ".") else { continue }
            git.settings[name[..<dot] + ".required"] = "false"
        }
        return git
    }
}
