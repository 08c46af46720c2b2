public import Foundation
import OneShotCore
public import OneShotProcess

/// Git commands in one directory, shielded from whatever the repository or the person's configuration would run:
/// no hooks, no file-system monitor, no pager, no prompts, no maintenance in the background, and no way to another
/// repository, so that nothing that is missing here is fetched by a program that the repository names.
public struct Git: Sendable {
    /// The working tree, or a directory below it.
    public let directory: URL
    /// Set on top of what ``run(_:input:)`` sets itself, such as `GIT_INDEX_FILE`.
    public var environment: [String: String]
    /// Configuration that holds for these commands over the repository's and the person's own.
    public var settings: [String: String] = [:]

    public init(_ directory: URL, environment: [String: String] = [:]) {
        self.directory = directory
        self.environment = environment
    }

    /// Runs `git` with these arguments, whatever its exit code.
    ///
    /// - Throws: ``ProcessError`` when git is missing.
    public func run(_ arguments: [String], input: Data = Data()) async throws -> CommandResult {
        var changes: [String: String?] = Self.shield.mapValues { $0 }
        for name in Self.inheritedVariables { changes[name] = .some(nil) }
        for (name, value) in settingVariables { changes[name] = value }
        for (name, value) in environment { changes[name] = value }
        return try await Command(
            "git",
            Self.shieldArguments + arguments,
            environment: .inherited(changing: changes),
            directory: directory,
            input: input
        ).run()
    }

    /// Runs `git` and returns its standard output.
    ///
    /// - Throws: ``GitError/failed(arguments:message:)`` with git's own last line when its exit code is not 0.
    @discardableResult
    public func output(_ arguments: [String], input: Data = Data()) async throws -> Data {
        let result = try await run(arguments, input: input)
        guard result.succeeded else {
            let lines = result.errorText.split(separator: "\n").map(String.init)
            let marked = ["fatal:", "error:"].lazy.compactMap { mark in lines.first { $0.hasPrefix(mark) } }
            let message = marked.first ?? lines.last ?? ""
            throw GitError.failed(arguments: arguments, message: message)
        }
        return result.standardOutput
    }

    /// As ``output(_:input:)``, as text without its last line end.
    public func line(_ arguments: [String], input: Data = Data()) async throws -> String {
        let text = String(decoding: try await output(arguments, input: input), as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Not as `-c` arguments, which cannot say a key that holds `=`.
    private var settingVariables: [String: String] {
        var variables = ["GIT_CONFIG_COUNT": "\(settings.count)"]
        for (index, setting) in settings.sorted(by: { $0.key < $1.key }).enumerated() {
            variables["GIT_CONFIG_KEY_\(index)"] = setting.key
            variables["GIT_CONFIG_VALUE_\(index)"] = setting.value
        }
        return variables
    }

    private static let shieldArguments = [
        "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0",
        "-c", "maintenance.auto=false", "-c", "core.pager=cat", "-c", "commit.gpgSign=false",
        "-c", "core.quotePath=false", "-c", "protocol.ext.allow=never",
    ]

    private static let shield = [
        "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C.UTF-8",
        // Overrides every `protocol.*` setting (git(1)).
        "GIT_ALLOW_PROTOCOL": "none",
    ]

    /// A surrounding git (a hook, a rebase's `exec`) must not redirect ours.
    private static let inheritedVariables = [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_PREFIX", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_COMMON_DIR",
        "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_DEFAULT_HASH", "GIT_INDEX_VERSION",
    ]
}
