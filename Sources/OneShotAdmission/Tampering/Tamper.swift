/// A way to pass tests without doing the work, as data. Each is tried on every task that it applies to, on the start
/// of the task without the solution, and has to score 0.
public struct Tamper: Sendable {
    public let name: String
    /// Names of ``SourceLanguage``; every task when empty.
    let languages: Set<String>
    let method: Method
    /// Whether it changes the process that tests share with the code that they call. Such tests cannot tell.
    var isInProcess = false

    enum Method: Sendable {
        /// Files that an agent could leave in the repository.
        case files([Edit])
        /// A command line that runs as the agent, for what lies outside of the repository.
        case command(String)
    }

    struct Edit: Sendable {
        var place: Place
        var change: Change
        var isExecutable = false
    }

    enum Place: Sendable {
        case path(String)
        /// In each directory that holds tests.
        case besideTests(String)
        /// Each file of the solution that is written in one of the tamper's languages.
        case solutionFiles
        case testFiles
    }

    /// In texts, `{tests:TEMPLATE:}` stands for a line for each of the task's tests, with `{test}` for its name.
    enum Change: Sendable {
        case write(String)
        case prepend(String)
        case append(String)
        /// Puts a text behind the first match of a pattern; nothing happens without one.
        case insert(after: String, String)
        case remove
    }

    /// Every tamper that is shipped.
    static let all: [Tamper] = python + languages + reports + outside

    static func files(_ name: String, _ languages: Set<String>, _ edits: [Edit]) -> Tamper {
        Tamper(name: name, languages: languages, method: .files(edits))
    }

    /// Changes to the solution's files that the tests of the same process cannot tell from the truth.
    static func inProcess(_ name: String, _ language: String, _ change: Change) -> Tamper {
        Tamper(name: name, languages: [language], method: .files([.solution(change)]), isInProcess: true)
    }

    static func files(_ name: String, _ edits: [Edit]) -> Tamper { files(name, [], edits) }
}

extension Tamper.Edit {
    static func write(_ path: String, _ text: String) -> Tamper.Edit {
        Tamper.Edit(place: .path(path), change: .write(text))
    }

    /// A program that does nothing, successfully.
    static func shim(_ path: String) -> Tamper.Edit {
        Tamper.Edit(place: .path(path), change: .write("#!/bin/sh\nexit 0\n"), isExecutable: true)
    }

    static func solution(_ change: Tamper.Change) -> Tamper.Edit {
        Tamper.Edit(place: .solutionFiles, change: change)
    }
}
