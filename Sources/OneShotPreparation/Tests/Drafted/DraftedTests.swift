import Foundation
import OneShotCore

/// A suite whose files a model has written: a proposal until `oneshot validate` has run it.
struct DraftedTests: Sendable, Equatable {
    var suite: TestSuites.Suite
    /// By path, below the repository.
    var files: [String: Data]
    /// Whether a person has had a hand in it.
    var isEdited = false

    static let mostBytes = 64 << 10
    /// So many words of the solution in a row are a copy of it; a message that a test expects is shorter.
    static let mostQuotedWords = 24

    /// A model's answer, once what it says has been looked at.
    struct Answer: Sendable, Equatable {
        let path: String
        let content: String

        /// - Throws: ``Refusal`` for a path that leads elsewhere than to a new file, or a content that is none.
        init(_ answer: JSON) throws(Refusal) {
            guard let path = answer["path"]?.string, let content = answer["content"]?.string else {
                throw Refusal("it holds no path or no content")
            }
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            let isPlain = path.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "\\" }
            guard isPlain, path.utf8.count <= 200,
                !parts.contains(where: { ["", ".", ".."].contains($0) || $0.lowercased() == ".git" })
            else {
                throw Refusal("its file is '\(path.prefix(100))', which is no path below the repository")
            }
            guard content.contains(where: { !$0.isWhitespace }) else { throw Refusal("its file \(path) is empty") }
            guard content.utf8.count <= DraftedTests.mostBytes, !content.utf8.contains(0) else {
                throw Refusal("its file \(path) is longer than \(DraftedTests.mostBytes >> 10) KiB, or no text")
            }
            self.path = path
            self.content = content.hasSuffix("\n") ? content : content + "\n"
        }
    }

    /// Why an answer is not taken.
    struct Refusal: Error, Equatable {
        /// One line.
        let problem: String

        init(_ problem: String) {
            self.problem = problem.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
    }

    /// The suite of an answer, if its file is a test that the project's runner would run.
    ///
    /// - Parameters:
    ///   - taken: the names that a criterion can be bound to already.
    ///   - isThere: whether the repository or the task has a file, or a directory in its place.
    static func make(
        _ answer: Answer,
        for target: TestTarget,
        in suites: SuiteDraft,
        model: String,
        taken: [String],
        isThere: (String) -> Bool
    ) async throws -> DraftedTests {
        let found = try await suites.suites(for: [answer.path], alone: true)
        guard var suite = found.first, suite.runner == target.recipe.runner, SteeringFiles.isPlainTest(answer.path)
        else {
            throw Refusal(
                "its file '\(answer.path)' is no test of \(target.recipe.name), such as \(target.example) would be"
            )
        }
        let places = [answer.path] + SuiteDraft.directories(above: answer.path).filter { !$0.isEmpty }
        if let place = places.first(where: isThere) {
            throw Refusal("its file '\(answer.path)' would take the place of \(place), which is there already")
        }
        let id = "\(suite.id.prefix(100))_drafted"
        let number = (2...).first { !taken.contains("\(id)_\($0)") } ?? 2
        suite.id = taken.contains(id) ? "\(id)_\(number)" : id
        suite.draftedBy = model
        return DraftedTests(suite: suite, files: [answer.path: Data(answer.content.utf8)])
    }

    /// The longest passage that the file has in common with the solution, if it is long enough to be a copy.
    static func copies(of solution: SolutionQuotes, in content: String) -> [SolutionQuotes.Quote] {
        solution.quotes(in: content).filter { quote in
            quote.text.split { !($0.isLetter || $0.isNumber) }.count >= mostQuotedWords
        }
    }
}
