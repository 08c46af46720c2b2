import Foundation
import OneShotCore
import OneShotProcess
import OneShotRedaction

/// A log file of a run: whole lines, secrets taken out, at most ``limit`` bytes.
actor RunLog {
    private let url: URL
    private let redactor: Redactor
    private var handle: FileHandle?
    private var partial: [Bool: Data] = [:]
    private var written = 0

    static let limit = 64 << 20

    /// - Throws: `FileError.unwritable`.
    init(_ url: URL, redactor: Redactor) throws {
        self.url = url
        self.redactor = redactor
        try AtomicFile.write(Data(), to: url)
        handle = try? FileHandle(forWritingTo: url)
    }

    func append(_ chunk: Data, from stream: OutputChannel) {
        let isError = stream == .standardError
        var data = (partial[isError] ?? Data()) + chunk
        if let end = data.lastIndex(of: UInt8(ascii: "\n")) {
            write(data[...end])
            data = Data(data[(end + 1)...])
        }
        // A line without end is not kept waiting for ever.
        if data.count > 1 << 20 {
            write(data)
            data = Data()
        }
        partial[isError] = data
    }

    /// A line of our own.
    func note(_ text: String) { write(Data((text + "\n").utf8)) }

    func flush() {
        for isError in [false, true] {
            if let rest = partial.removeValue(forKey: isError), !rest.isEmpty { write(rest + Data("\n".utf8)) }
        }
    }

    private func write(_ data: Data) {
        guard written < Self.limit else { return }
        var text = redactor.redact(String(decoding: data, as: UTF8.self)).text
        written += text.utf8.count
        if written >= Self.limit { text += "\n[the rest of this log is not kept]\n" }
        try? handle?.write(contentsOf: Data(text.utf8))
    }
}

extension RunLog {
    /// What a program wrote to one of its streams, kept in memory up to a limit.
    actor Capture {
        private(set) var data = Data()
        private let limit = 64 << 20

        func append(_ chunk: Data) {
            if data.count < limit { data.append(chunk) }
        }
    }
}
