import Foundation
import OneShotCore
import OneShotProcess
import OneShotSandbox

/// Python packages with a Python of their own, in a directory that runs wherever it is mounted: interpreter, standard
/// library, and every shared library that they need, the C library and its loader included. So it does not matter
/// which Python or which C library an image has.
///
/// It is made once from the `python3` of this machine, and kept in the cache.
struct PythonEnvironment: Sendable {
    /// The agent's name.
    var name: String
    /// All of them: nothing is looked up.
    var packages: PythonPackages
    /// The versions 3.x of Python that will do.
    var pythons = 0...99
    /// The host's variables, for `PATH` and for pip's own settings.
    var environment: [String: String]
    var parent = CacheDirectory.url.appendingPathComponent("agents")

    /// - Parameter onNote: called with a line now and then while it is made, which takes a minute or more.
    /// - Returns: what stays in the cache as long as this value is kept.
    /// - Throws: ``TrialError/agentMissing(name:remedy:)`` when it cannot be made here.
    func installed(onNote: @escaping @Sendable (String) async -> Void = { _ in }) async throws -> Installed {
        let (python, place) = try await self.place()
        if let installed = try Installed(place) { return installed }
        guard let lock = try await FileLock.take(Self.lock(of: parent), within: .seconds(900)) else {
            throw missing("another command has been making its packages for 15 minutes")
        }
        defer { lock.release() }
        if let installed = try Installed(place) { return installed }
        let temporary = parent.appendingPathComponent(".\(name)-\(UInt32.random(in: .min ... .max))")
        defer { try? FileManager.default.removeItem(at: temporary) }
        try AtomicFile.makeDirectory(temporary)
        try AtomicFile.write(packages.list, to: temporary.appendingPathComponent("packages.txt"))
        let reader = PipOutput(name: name, total: packages.count)
        let result = try await Command(
            python,
            ["-c", Self.program, temporary.path],
            environment: .inherited(changing: environment.mapValues { $0 }),
            timeout: .seconds(900)
        ).run { chunk, stream in
            for note in await reader.notes(about: chunk, from: stream) { await onNote(note) }
        }
        guard result.succeeded else {
            throw missing(
                "its packages could not be installed: \(await reader.complaint ?? "\(python) -m venv failed")"
            )
        }
        do {
            try FileManager.default.moveItem(at: temporary, to: place)
        } catch {
            throw FileError.unwritable(path: place.path, reason: error.localizedDescription)
        }
        await Self.removeStale(in: parent, keeping: [name: recipe])
        guard let installed = try Installed(place) else { throw missing("its packages are gone again") }
        return installed
    }

    /// Whether it is in the cache, so that nothing has to be fetched.
    var isMade: Bool {
        get async {
            guard let (_, place) = try? await place() else { return false }
            return FileManager.default.fileExists(atPath: place.path)
        }
    }

    private func place() async throws -> (python: String, place: URL) {
        let (python, words) = try await interpreter()
        return (python, parent.appendingPathComponent("\(name)-\(recipe)-\(Digest.sha256(Data(words.utf8)).prefix(8))"))
    }

    /// Names what is installed, whichever Python it is made with.
    var recipe: String { String(Digest.sha256(Data((packages.list + Self.program).utf8)).prefix(12)) }

    private func missing(_ reason: String) -> TrialError { .agentMissing(name: name, remedy: reason) }

    /// The host's `python3`, or the newest beside it that will do, and what it says that it is.
    private func interpreter() async throws -> (python: String, words: String) {
        var unfit: String?
        for python in ["python3"] + pythons.reversed().prefix(4).map({ "python3.\($0)" }) {
            guard let words = await words(of: python) else { continue }
            guard words.hasPrefix("linux ") else { throw missing("it can be installed on Linux only") }
            let minor = words.split(separator: ".").dropFirst().first.flatMap { Int($0) }
            if let minor, pythons.contains(minor) { return (python, words) }
            unfit = unfit ?? words.split(separator: " ").dropFirst().first.map(String.init)
        }
        guard let unfit else { throw missing("there is no python3 here to install it with") }
        throw missing(
            "its packages are made for Python 3.\(pythons.lowerBound) to 3.\(pythons.upperBound), and the python3 here "
                + "is \(unfit); install python3.\(pythons.upperBound) beside it"
        )
    }

    private func words(of python: String) async -> String? {
        let question =
            "import sys, platform; print(sys.platform, platform.python_version(), platform.machine(), "
            + "sys._base_executable)"
        let result = try? await Command(
            python,
            ["-c", question],
            environment: .inherited(changing: environment.mapValues { $0 }),
            timeout: .seconds(30)
        ).run()
        guard let result, result.succeeded else { return nil }
        return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
