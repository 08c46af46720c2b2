public import Foundation

/// A program to run, with everything that decides how it runs. Nothing goes through a shell.
public struct Command: Sendable {
    /// Which variables the program sees.
    public enum Environment: Sendable, Equatable {
        /// Ours, with these set, or removed where the value is nil.
        case inherited(changing: [String: String?])
        /// These and no others.
        case exactly([String: String])

        public static var inherited: Environment { .inherited(changing: [:]) }
    }

    /// A path, or a name that is looked up in `PATH`.
    public var executable: String
    public var arguments: [String]
    public var environment: Environment
    /// Ours when nil.
    public var directory: URL?
    /// What the program reads from its standard input; it is at its end at once when empty.
    public var input: Data
    /// After this time the program and all of its process group are killed. Unlimited when nil.
    public var timeout: Duration?

    public init(
        _ executable: String,
        _ arguments: [String] = [],
        environment: Environment = .inherited,
        directory: URL? = nil,
        input: Data = Data(),
        timeout: Duration? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
        self.timeout = timeout
    }

    /// The command as a person would type it.
    public var line: String { ([executable] + arguments).map(Self.quote).joined(separator: " ") }

    /// A word that a POSIX shell reads back as `word`.
    public static func quote(_ word: String) -> String {
        let safe = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./=:,@%+".utf8.contains(byte)
            }
        }
        return safe && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
