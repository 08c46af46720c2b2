import Foundation
import OneShotProcess

/// The output of a sandbox's first process: its mark, which shows that it has started, then what the command prints.
actor MarkedOutput {
    private var missing = InitProgram.mark[...]
    private var errors = Data()

    /// Whether the first process has started.
    var isMarked: Bool { missing.isEmpty }

    /// - Returns: the piece without the mark.
    func take(_ data: Data, from channel: OutputChannel) -> Data {
        guard channel == .standardOutput else {
            if !isMarked { errors = Data((errors + data).suffix(4096)) }
            return data
        }
        let count = zip(data, missing).prefix { $0 == $1 }.count
        missing = missing.dropFirst(count)
        return Data(data.dropFirst(count))
    }

    /// The last line of the error output before the mark: why there is none.
    var lastWords: String {
        let line = String(decoding: errors, as: UTF8.self).split(separator: "\n").last.map(String.init) ?? "it ended"
        return line.hasPrefix("Error: ") ? String(line.dropFirst(7)) : line
    }
}
