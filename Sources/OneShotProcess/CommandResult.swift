public import Foundation

/// What a program did.
public struct CommandResult: Sendable, Equatable {
    public enum Exit: Sendable, Equatable {
        case code(Int32)
        case signal(Int32)
        /// Its time was up and it was killed.
        case timedOut
    }

    public var exit: Exit
    public var standardOutput: Data
    public var standardError: Data

    public init(exit: Exit, standardOutput: Data = Data(), standardError: Data = Data()) {
        self.exit = exit
        self.standardOutput = standardOutput
        self.standardError = standardError
    }

    public var succeeded: Bool { exit == .code(0) }
    /// Standard output as text, ill-formed UTF-8 repaired.
    public var text: String { String(decoding: standardOutput, as: UTF8.self) }
    /// Standard error as text, ill-formed UTF-8 repaired.
    public var errorText: String { String(decoding: standardError, as: UTF8.self) }
    /// The exit code as a shell would report it: 128 + the signal's number; 124 for a time-out.
    public var shellCode: Int32 {
        switch exit {
        case .code(let code): code
        case .signal(let signal): 128 + signal
        case .timedOut: 124
        }
    }
}
