import Foundation
import OneShotCore
import OneShotProcess

/// Finds the program of an agent on this machine.
enum NativeBinary {
    /// - Returns: the path that the person named, by flag or variable; nil when none did.
    static func named(_ path: URL?, variable: String, environment: [String: String]) -> URL? {
        path ?? environment[variable].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
    }

    /// The places of a program in the directories of `PATH`, in their order.
    static func places(of name: String, environment: [String: String]) -> [URL] {
        (environment["PATH"] ?? "").split(separator: ":")
            .map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
    }

    /// Whether this is a program that needs no interpreter.
    static func isOne(_ file: URL) -> Bool {
        FileManager.default.isExecutableFile(atPath: file.path) && !isScript(file)
    }

    static func isScript(_ file: URL) -> Bool {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return true }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: 2)) == Data("#!".utf8)
    }

    /// The version that a program names, if it runs on this machine: the first or the last word of what it prints.
    static func version(of program: URL, word: VersionWord) async -> String? {
        let result = try? await Command(program.path, ["--version"], timeout: .seconds(20)).run()
        guard let result, result.succeeded else { return nil }
        let words = result.text.split(whereSeparator: \.isWhitespace)
        return (word == .first ? words.first : words.last).map(String.init)
    }

    enum VersionWord: Sendable {
        case first, last
    }
}
