import Foundation
import OneShotCore
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotTrials

/// What is installed for an agent is what was locked, byte for byte.
@Suite("Integration: packages of agents", .timeLimit(.minutes(10)))
struct PythonPackagesTests {
    @Test(
        "a list names its agent's version, and for every package the digests of its files",
        arguments: ["aider-chat", "mini-swe-agent"]
    )
    func shipped(package: String) {
        let program = package == "aider-chat" ? PythonAgent.Program.aider : .miniSWE
        let list = program.list.list
        let isPinned = list.contains("\(package)==\(program.version) \\\n    --hash=sha256:")
        let lines = list.textLines.dropLast()
        let packages = lines.indices.filter { !lines[$0].hasPrefix("    --hash=sha256:") }
        let areAll = packages.allSatisfy { lines[$0].contains("==") && lines[$0 + 1].hasPrefix("    --hash=sha256:") }
        // By name: a list is too long to be shown when one fails.
        #expect(isPinned)
        #expect(areAll)
        #expect(packages.count == program.list.count)
        #expect(packages.count > 60)
        let hasAddress = list.contains("://") || list.contains("--index")
        #expect(!hasAddress)
    }

    @Test("a download that is not what was locked ends in one line, and nothing of it is installed")
    func changed() async throws {
        try await withTemporaryDirectory { directory in
            let wheel = try await wheel(in: directory)
            let right = Digest.sha256(try Data(contentsOf: wheel))
            let wrong = Digest.sha256(Data("another".utf8))
            let error = await #expect(throws: TrialError.self) {
                try await environment(in: directory, digests: [wrong, String(wrong.reversed())]).installed()
            }
            #expect(
                error?.description
                    == "the agent 'test' was not found; its packages could not be installed: what was downloaded for "
                    + "locked==1.0 has the SHA-256 \(right), which is none of those it may have; nothing of it was "
                    + "installed or run: look at the mirror or proxy that it came by"
            )
            let kept = try FileManager.default.contentsOfDirectory(
                atPath: directory.appendingPathComponent("cache").path
            )
            #expect(kept.filter { !$0.hasSuffix(".lock") } == [])

            let made = try await environment(in: directory, digests: [wrong, right]).installed().directory
            let site = made.appendingPathComponent("site/locked.py")
            #expect(try String(contentsOf: site, encoding: .utf8) == "answer = 42\n")
        }
    }

    @Test("what an agent was before is removed when it is installed anew, unless it is used or is another's")
    func stale() async throws {
        try await withTemporaryDirectory { directory in
            let digest = Digest.sha256(try Data(contentsOf: try await wheel(in: directory)))
            let cache = directory.appendingPathComponent("cache")
            let older = environment(in: directory, digests: [digest, Digest.sha256(Data())])
            var used: PythonEnvironment.Installed? = try await older.installed()
            let usedName = try #require(used?.directory.lastPathComponent)
            for name in ["test-0123456789abcdef", "test-0123456789ab-01234567", "test-other-0123", ".test-77"] {
                try AtomicFile.makeDirectory(cache.appendingPathComponent(name))
            }
            let new = try await environment(in: directory, digests: [digest]).installed()
            func kept() throws -> Set<String> {
                Set(try FileManager.default.contentsOfDirectory(atPath: cache.path).filter { !$0.hasSuffix(".lock") })
            }
            let newName = new.directory.lastPathComponent
            #expect(try kept() == ["test-other-0123", newName, usedName])
            withExtendedLifetime(used) {}

            used = nil
            let recipe = environment(in: directory, digests: [digest]).recipe
            #expect(await PythonEnvironment.removeStale(in: cache, keeping: ["test": recipe]) == [usedName])
            #expect(try kept() == ["test-other-0123", newName])
        }
    }

    @Test("a package without a digest is not installed")
    func bare() async throws {
        try await withTemporaryDirectory { directory in
            _ = try await wheel(in: directory)
            let error = await #expect(throws: TrialError.self) {
                try await environment(in: directory, digests: []).installed()
            }
            #expect(error?.description.contains("could not be installed: Hashes are required") == true)
        }
    }

    @Test("a Python without pip of its own says which package of the system is missing")
    func noPip() async {
        let output = PipOutput(name: "test", total: 1)
        let words = "Traceback\nsubprocess.CalledProcessError: Command '['python', '-m', 'ensurepip']' returned 1\n"
        _ = await output.notes(about: Data(words.utf8), from: .standardError)
        #expect(await output.complaint == "this machine's Python has no pip of its own; install python3-venv")
    }

    private func environment(in directory: URL, digests: [String]) -> PythonEnvironment {
        var environment = ProcessInfo.processInfo.environment
        environment["PIP_NO_INDEX"] = "1"
        environment["PIP_FIND_LINKS"] = directory.path
        return PythonEnvironment(
            name: "test",
            packages: PythonPackages(
                list: "locked==1.0 " + digests.map { "--hash=sha256:\($0)" }.joined(separator: " ")
            ),
            environment: environment,
            parent: directory.appendingPathComponent("cache")
        )
    }

    private func wheel(in directory: URL) async throws -> URL {
        let wheel = directory.appendingPathComponent("locked-1.0-py3-none-any.whl")
        let script = """
            import sys, zipfile
            with zipfile.ZipFile(sys.argv[1], "w") as wheel:
                wheel.writestr("locked.py", "answer = 42\\n")
                wheel.writestr("locked-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: locked\\nVersion: 1.0\\n")
                wheel.writestr("locked-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
                wheel.writestr("locked-1.0.dist-info/RECORD", "locked.py,,\\n")
            """
        let result = try await Command("python3", ["-c", script, wheel.path], timeout: .seconds(30)).run()
        #expect(result.succeeded)
        return wheel
    }
}
