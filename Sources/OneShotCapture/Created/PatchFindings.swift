import Foundation
import OneShotRedaction

/// Secrets in the lines that a patch adds.
enum PatchFindings {
    /// - Returns: one line for each, with the line of the patch; the patch itself is never changed.
    static func findings(in patch: Data, redactor: Redactor) -> [String] {
        let (text, numbers) = addedLines(of: patch)
        return redactor.findings(in: text).map { finding in
            let line = numbers.indices.contains(finding.line - 1) ? numbers[finding.line - 1] : 0
            return
                "diff.patch line \(line) holds a secret (\(finding.rule)); the task cannot be prepared or shared with it"
        }
    }

    /// The added lines of text, and for each the number of its line in the patch. Binary hunks are left out.
    private static func addedLines(of patch: Data) -> (text: String, numbers: [Int]) {
        var added = Data()
        var numbers: [Int] = []
        var isInHunk = false
        for (index, line) in patch.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if line.starts(with: "diff --git ".utf8) {
                isInHunk = false
            } else if line.starts(with: "@@ ".utf8) {
                isInHunk = true
            } else if isInHunk, line.first == UInt8(ascii: "+") {
                added += line.dropFirst() + [UInt8(ascii: "\n")]
                numbers.append(index + 1)
            }
        }
        return (String(decoding: added, as: UTF8.self), numbers)
    }
}
