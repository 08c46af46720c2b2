import COneShotAgents
import OneShotCore

/// What pip installs, and nothing else: its requirements, with the SHA-256 of every file that it may take.
struct PythonPackages: Sendable, Equatable {
    /// `NAME==VERSION --hash=sha256:…` in pip's form; empty for none.
    var list: String

    /// How many packages it names, those for other versions of Python too.
    var count: Int { list.textLines.count { $0.first?.isWhitespace == false } }

    static let aider = Self(shipped: oneshot_aider_packages())
    static let miniSWE = Self(shipped: oneshot_mini_swe_agent_packages())
}

extension PythonPackages {
    private init(shipped file: oneshot_package_list) {
        list = String(decoding: UnsafeBufferPointer(start: file.bytes, count: file.count), as: UTF8.self)
    }
}
