import Foundation
import OneShotProcess

/// Reads what pip prints while it installs.
actor PipOutput {
    private let name: String
    private let total: Int
    private var fetched = 0
    private var line = Data()
    /// The end of what is on standard error.
    private var errors = Data()

    init(name: String, total: Int) {
        self.name = name
        self.total = total
    }

    /// - Returns: a line for each quarter of the packages that is there.
    func notes(about chunk: Data, from stream: OutputChannel) -> [String] {
        guard stream == .standardOutput else {
            errors = (errors + chunk).suffix(65_536)
            return []
        }
        line += chunk
        var notes: [String] = []
        while let end = line.firstIndex(of: UInt8(ascii: "\n")) {
            let text = String(decoding: line[..<end], as: UTF8.self)
            line = Data(line[line.index(after: end)...])
            if text.hasPrefix("Collecting ") {
                fetched += 1
                if fetched % max(1, total / 4) == 0 { notes.append("\(name): \(fetched) of \(total) packages") }
            } else if text.hasPrefix("Installing ") {
                notes.append("\(name): unpacking")
            }
        }
        return notes
    }

    /// Why it ended, in one line; nil when it has not said.
    var complaint: String? {
        let lines = String(decoding: errors, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        // What follows names the package, and an address that may have a mirror's password in it.
        if let mismatch = lines.firstIndex(where: { $0.contains("DO NOT MATCH THE HASHES") }) {
            let package = lines[(mismatch + 1)...].first?.split(separator: " ").first ?? "a package"
            let got = lines[mismatch...].first { $0.hasPrefix("Got ") }?.split(separator: " ").last ?? "another"
            return "what was downloaded for \(package) has the SHA-256 \(got), which is none of those it may have; "
                + "nothing of it was installed or run: look at the mirror or proxy that it came by"
        }
        if lines.contains(where: { $0.contains("ensurepip") }) {
            return "this machine's Python has no pip of its own; install python3-venv"
        }
        let error = lines.last { $0.hasPrefix("ERROR: ") }?.dropFirst("ERROR: ".count)
        return error.map(String.init) ?? lines.last
    }
}
