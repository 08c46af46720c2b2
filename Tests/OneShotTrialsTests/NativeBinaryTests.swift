import Foundation
import OneShotTesting
import Testing

@testable import OneShotTrials

/// What a program needs of the image that it is to run in.
@Suite("Programs of agents")
struct NativeBinaryTests {
    /// An ELF file of 64 bits whose only program header names its interpreter.
    static func program(loader: String) -> Data {
        func bytes(_ number: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(number >> (8 * $0) & 0xFF) } }
        let text = Array(loader.utf8) + [0]
        let machine = SystemMachine.isARM ? 183 : 62
        var header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + bytes(0, 9)
        header += bytes(3, 2) + bytes(machine, 2) + bytes(1, 4) + bytes(0, 8) + bytes(64, 8) + bytes(0, 8)
        header += bytes(0, 4) + bytes(64, 2) + bytes(56, 2) + bytes(1, 2) + bytes(0, 6)
        let interpreter = bytes(3, 4) + bytes(4, 4) + bytes(120, 8) + bytes(0, 16) + bytes(text.count, 8)
        return Data(header + interpreter + bytes(text.count, 8) + bytes(1, 8) + text)
    }

    enum SystemMachine {
        #if arch(arm64)
            static let isARM = true
        #else
            static let isARM = false
        #endif
    }

    static func write(_ data: Data, to file: URL) throws {
        try data.write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    }

    @Test("the loader of a program is read from its header")
    func loader() async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("program")
            try Self.write(Self.program(loader: "/lib/ld-nobody-has.so.1"), to: file)
            #expect(NativeBinary.loader(of: file) == "/lib/ld-nobody-has.so.1")
            #expect(NativeBinary.loaderCheck(of: file).contains("[ -e /lib/ld-nobody-has.so.1 ] ||"))
        }
    }

    @Test(
        "what is cut short or is none has no loader, and no check",
        arguments: [
            Data(), Data("#!/bin/sh\n".utf8), program(loader: "/lib/x").prefix(70),
            program(loader: "/lib/x").dropLast(3),
        ]
    )
    func none(data: Data) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("program")
            try Self.write(data, to: file)
            #expect(NativeBinary.loader(of: file) == nil)
            #expect(NativeBinary.loaderCheck(of: file) == "")
        }
    }
}

@Suite(
    "Integration: a program that the image cannot run",
    .enabled(if: !TestEngine.available.isEmpty, "no engine: bubblewrap is not installed"),
    .timeLimit(.minutes(5))
)
struct UnfitImageTests {
    @Test("is no score, and the loader that the image lacks is named", arguments: TestEngine.available)
    func claude(engine: TestEngine) async throws {
        try await withTemporaryDirectory { directory in
            let binary = directory.appendingPathComponent("claude")
            try NativeBinaryTests.write(NativeBinaryTests.program(loader: "/lib64/ld-nobody-has.so.2"), to: binary)
            try await TrialHarness.with(engine, environment: ["ANTHROPIC_API_KEY": "none"]) { harness in
                let (results, _) = try await harness.run(.claudeCode(path: binary))
                #expect(results.outcome == .infrastructureFailure)
                #expect(results.score == nil)
                #expect(
                    results.failure
                        == "the agent 'claude-code' cannot be started in the task's environment: its binary needs "
                        + "/lib64/ld-nobody-has.so.2, which the image does not have; take one with the GNU C library"
                )
            }
        }
    }
}
