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
    /// `NAME==VERSION`, all of them: nothing is looked up.
    var packages: [String]
    /// The host's variables, for `PATH` and for pip's own settings.
    var environment: [String: String]

    /// - Returns: the directory to mount; `python` in it starts the interpreter, `site` has the packages.
    /// - Throws: ``TrialError/agentMissing(name:remedy:)`` when it cannot be made here.
    func directory() async throws -> URL {
        let python = try await interpreter()
        let key = Digest.sha256(Data((packages + [python, Self.program]).joined(separator: "\n").utf8)).prefix(16)
        let parent = CacheDirectory.url.appendingPathComponent("agents")
        let place = parent.appendingPathComponent("\(name)-\(key)")
        if isThere(place) { return place }
        guard let lock = try await FileLock.take(parent.appendingPathComponent(".lock"), within: .seconds(900)) else {
            throw missing("another command has been making its packages for 15 minutes")
        }
        defer { lock.release() }
        if isThere(place) { return place }
        let temporary = parent.appendingPathComponent(".\(name)-\(UInt32.random(in: .min ... .max))")
        defer { try? FileManager.default.removeItem(at: temporary) }
        let result = try await Command(
            "python3",
            ["-c", Self.program, temporary.path] + packages,
            environment: .inherited(changing: environment.mapValues { $0 }),
            timeout: .seconds(900)
        ).run()
        guard result.succeeded else {
            let last = String(decoding: result.standardError, as: UTF8.self).split(whereSeparator: \.isNewline).last
            throw missing("its packages could not be installed: \(last.map(String.init) ?? "python3 -m venv failed")")
        }
        do {
            try FileManager.default.moveItem(at: temporary, to: place)
        } catch {
            throw FileError.unwritable(path: place.path, reason: error.localizedDescription)
        }
        return place
    }

    private func isThere(_ place: URL) -> Bool { FileManager.default.fileExists(atPath: place.path) }

    private func missing(_ reason: String) -> TrialError { .agentMissing(name: name, remedy: reason) }

    /// What the host's `python3` says that it is.
    private func interpreter() async throws -> String {
        let question =
            "import sys, platform; print(sys.platform, platform.machine(), sys.version_info[:3], sys._base_executable)"
        let result = try? await Command(
            "python3",
            ["-c", question],
            environment: .inherited(changing: environment.mapValues { $0 }),
            timeout: .seconds(30)
        ).run()
        guard let result, result.succeeded else { throw missing("there is no python3 here to install it with") }
        guard result.text.hasPrefix("linux ") else { throw missing("it can be installed on Linux only") }
        return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
