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

    /// Lines for a start script: an image without the loader that a program names cannot run it, and would only say
    /// that the program is not found. Nothing for a program that needs none.
    static func loaderCheck(of program: URL) -> String {
        guard let loader = loader(of: program) else { return "" }
        return """
            [ -e \(Command.quote(loader)) ] || {
                echo "its binary needs \(loader), which the image does not have; take one with the GNU C library" >&2
                exit 127
            }

            """
    }

    /// The path that an ELF file of 64 bits has as its interpreter (PT_INTERP, System V ABI).
    static func loader(of program: URL) -> String? {
        guard let file = try? FileHandle(forReadingFrom: program) else { return nil }
        defer { try? file.close() }
        guard let bytes = try? file.read(upToCount: 4096).map(Array.init), bytes.count >= 64,
            bytes[..<6] == [0x7F, 0x45, 0x4C, 0x46, 2, 1]
        else { return nil }
        func number(at place: Int, bytes count: Int) -> Int? {
            guard place >= 0, place <= bytes.count - count else { return nil }
            return Int(exactly: bytes[place..<place + count].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
        }
        guard let table = number(at: 32, bytes: 8), let size = number(at: 54, bytes: 2),
            let count = number(at: 56, bytes: 2), size >= 56
        else { return nil }
        guard table < bytes.count else { return nil }
        for entry in (0..<count).lazy.map({ table + $0 * size }) where number(at: entry, bytes: 4) == 3 {
            guard let start = number(at: entry + 8, bytes: 8), let length = number(at: entry + 32, bytes: 8),
                start >= 0, length > 0, start <= bytes.count - length
            else { return nil }
            return String(decoding: bytes[start..<start + length - 1], as: UTF8.self)
        }
        return nil
    }
}
