import Foundation
import OneShotCore

/// A file of JSON lines that an agent writes, and may be writing right now.
struct TranscriptFile {
    let url: URL
    /// Takes secrets out of a line.
    var mask: (Data) -> Data = { $0 }

    /// Gives the lines one by one.
    ///
    /// - Returns: whether the last line is only half there, and was left out.
    /// - Throws: ``TranscriptError`` for any other line that is no JSON object, and what `body` throws.
    func forEach(_ body: (_ line: JSON, _ number: Int) throws -> Void) throws -> Bool {
        let lines = try contents().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let last = lines.lastIndex { !$0.allSatisfy(Self.isBlank) } ?? -1
        var told = 0
        for (index, line) in lines.prefix(last + 1).enumerated() where !line.allSatisfy(Self.isBlank) {
            do {
                let value = try JSON(parsing: mask(line))
                guard case .object = value else { throw refusal(index, "it is no JSON object") }
                try body(value, index + 1)
                told += 1
            } catch let error as JSONSyntaxError {
                // What the agent is writing, or was writing when it was stopped.
                if index == last, told > 0 { return true }
                throw refusal(index, "it is no JSON object (\(error.problem))")
            }
        }
        return false
    }

    private func refusal(_ index: Int, _ problem: String) -> TranscriptError {
        .malformed(path: url.path, line: index + 1, problem: problem)
    }

    private func contents() throws -> Data {
        do {
            // Mapped: these files grow to hundreds of megabytes.
            return try Data(contentsOf: url, options: .mappedIfSafe)
        } catch {
            throw TranscriptError.unreadable(path: url.path, reason: (error as NSError).localizedDescription)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0D || byte == 0x09 }
}
