import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite("The scripts that the guide names", .timeLimit(.minutes(1)))
struct ShimTests {
    private static let checkout = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Runs a script with a `oneshot` that prints each call's words, and returns what it printed.
    private func calls(of script: String, _ arguments: [String], as interpreter: [String]) async throws -> String {
        try await withTemporaryDirectory { directory in
            let oneshot = directory.appendingPathComponent("one shot")
            try "#!/bin/sh\nfor word in \"$@\"; do printf '<%s>' \"$word\"; done; echo\n"
                .write(to: oneshot, atomically: true, encoding: .utf8)
            chmod(oneshot.path, 0o755)
            let words = interpreter + [Self.checkout.appendingPathComponent(script).path] + arguments
            return try await Command(
                words[0],
                Array(words.dropFirst()),
                environment: .inherited(changing: ["ONESHOT": oneshot.path]),
                directory: directory
            ).runChecked().text
        }
    }

    @Test(
        "call the program with what they were given",
        arguments: [
            (
                "scripts/start_synth_workers.sh", ["--port", "1"],
                "<up><--port><1>\n<install><codex-synth>\n<mcp><install>\n"
            ),
            ("scripts/install_codex_synth.sh", [], "<install><codex-synth>\n"),
            ("scripts/create_tasks/setup_codex_mcp.sh", [], "<mcp><install>\n"),
            ("scripts/create_tasks/create_task.sh", ["add a section"], "<task><create><add a section>\n"),
            ("scripts/create_tasks/monitor_live.sh", ["--once"], "<monitor><--once>\n"),
            ("scripts/run_codex_box.sh", ["a task"], "<run><a task>\n"),
            ("scripts/run_codex_box.sh", ["t", "900"], "<run><t><--timeout><900>\n"),
            ("scripts/run_codex_box.sh", ["t", "900", "50000"], "<run><t><--timeout><900><--token-limit><50000>\n"),
            (
                "scripts/run_codex_box.sh", ["t", "9", "5", "--agent", "nop"],
                "<run><t><--timeout><9><--token-limit><5><--agent><nop>\n"
            ),
            ("scripts/prepare_task_for_eval", ["--task-dir", "a task"], "<prepare><a task>\n"),
            ("scripts/prepare_task_for_eval", ["--task-dir=a task"], "<prepare><a task>\n"),
            ("scripts/upload_prepared_task_hf", ["t", "o/n", "p", "--yes"], "<push><t><o/n><p><--yes>\n"),
            ("guides/ait/test_mitm_proxy", ["--json"], "<doctor><--json>\n"),
        ] as [(String, [String], String)]
    )
    func words(script: String, arguments: [String], expected: String) async throws {
        for interpreter in [[], ["bash"], ["sh"]] {
            #expect(try await calls(of: script, arguments, as: interpreter) == expected)
        }
    }

    @Test("say what to do where the program was not built")
    func notBuilt() async throws {
        try await withTemporaryDirectory { directory in
            for part in ["scripts/lib/oneshot.sh", "scripts/install_codex_synth.sh"] {
                let copy = directory.appendingPathComponent(part)
                try FileManager.default.createDirectory(
                    at: copy.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try FileManager.default.copyItem(at: Self.checkout.appendingPathComponent(part), to: copy)
            }
            let result = try await Command(
                "sh",
                [directory.appendingPathComponent("scripts/install_codex_synth.sh").path],
                environment: .exactly(["PATH": "/usr/bin:/bin"])
            ).run()
            #expect(result.exit == .code(3))
            #expect(result.errorText.contains("make build"))
        }
    }
}
