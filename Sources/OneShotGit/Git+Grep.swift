import Foundation
import OneShotProcess

extension Git {
    /// The lines of a tree's text files that hold any of these texts, whatever their case; each line once.
    ///
    /// - Throws: ``GitError/failed(arguments:message:)`` when there is no such tree.
    public func lines(of tree: String, holding texts: [String]) async throws -> Set<String> {
        let patterns = texts.filter { !$0.isEmpty && !$0.contains(where: \.isNewline) }
        guard !patterns.isEmpty else { return [] }
        let arguments = ["grep", "--no-color", "-h", "-I", "-i", "-F", "-f", "-", tree]
        let result = try await run(arguments, input: Data((patterns.joined(separator: "\n") + "\n").utf8))
        // 1: no line does.
        if result.exit == .code(1) { return [] }
        guard result.succeeded else {
            throw GitError.failed(
                arguments: ["grep"],
                message: result.errorText.split(separator: "\n").first.map(String.init) ?? ""
            )
        }
        return Set(result.text.split(separator: "\n").map(String.init))
    }
}
