import Foundation
import OneShotCore

/// Where commands print: results to standard output, everything else to standard error.
struct Console: Sendable {
    var quiet = false

    /// A result line, written at once.
    func result(_ text: String) { Self.write(text + "\n", to: STDOUT_FILENO) }

    /// A result as one JSON document.
    func document(_ value: some Encodable) throws {
        Self.write(String(decoding: try StrictJSON.encode(value), as: UTF8.self), to: STDOUT_FILENO)
    }

    /// A line about what is being done; silent with `--quiet`.
    func note(_ text: String) {
        if !quiet { Self.write(text + "\n", to: STDERR_FILENO) }
    }

    /// Replaces the terminal's last line; does nothing where standard error is not a terminal.
    func status(_ text: String) {
        if !quiet, Self.isTerminal { Self.write("\r\u{1B}[K" + text, to: STDERR_FILENO) }
    }

    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal that standard error is; 80 where that is not known.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Past the C library's buffers, so that a reader at the other end of a pipe has it now.
    static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
