import Foundation
import OneShotCore

/// An issue or a pull request as GitHub's REST API tells it
/// (https://docs.github.com/en/rest/issues/issues, https://docs.github.com/en/rest/pulls/pulls).
struct ForgeThread: Sendable, Equatable {
    /// What a pull request asks to be merged.
    struct Pull: Sendable, Equatable {
        var base: String
        var baseBranch: String
        var head: String
        /// Where it was merged.
        var merge: String?
    }

    var number: Int
    var title: String
    var body: String
    var labels: [String]
    var url: String
    /// Nil for an issue, and for a pull request that was asked for as an issue.
    var pull: Pull?
    /// Whether the API says that this issue is a pull request.
    var isPull: Bool

    /// - Returns: nil for JSON that is neither.
    init?(_ document: JSON) {
        guard let number = document["number"]?.int, let title = document["title"]?.string else { return nil }
        self.number = number
        self.title = title
        body = document["body"]?.string ?? ""
        labels = (document["labels"]?.elements ?? []).compactMap { $0["name"]?.string ?? $0.string }
        url = document["html_url"]?.string ?? ""
        if let base = document["base"]?["sha"]?.string, let head = document["head"]?["sha"]?.string,
            Self.isObjectID(base), Self.isObjectID(head)
        {
            let merge = document["merge_commit_sha"]?.string
            pull = Pull(
                base: base,
                baseBranch: document["base"]?["ref"]?.string ?? "HEAD",
                head: head,
                merge: merge.flatMap { Self.isObjectID($0) && document["merged"]?.bool != false ? $0 : nil }
            )
        }
        isPull = pull != nil || document["pull_request"].map { $0 != .null } ?? false
    }

    private static func isObjectID(_ text: String) -> Bool {
        [40, 64].contains(text.count) && text.allSatisfy { $0.isHexDigit }
    }

    /// Title and text, as they were written.
    var verbatim: String { body.isEmpty ? title : "\(title)\n\n\(body)" }

    /// The text without the comments that templates leave in it.
    var words: String {
        body.replacing("\r\n", with: "\n").replacing(/<!--(?s:.*?)-->/, with: "").trimmingBlanks
    }

    /// The issues that this pull request says it closes
    /// (https://docs.github.com/en/issues/tracking-your-work-with-issues/linking-a-pull-request-to-an-issue).
    var closes: [Int] {
        body.matches(of: /(?i)\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)\b/).compactMap { Int($0.1) }
    }
}
