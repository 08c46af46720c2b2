import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite(
    "Integration: the official MCP client",
    .enabled(
        if: Tool.isAvailable(Tool.python) && Tool.isAvailable(Tool.oneshot),
        "needs python3 with 'mcp': make test"
    ),
    .timeLimit(.minutes(3))
)
struct MCPClientTests {
    @Test("initialises, lists, starts, is told what is wrong, ends, and leaves a task")
    func conversation() async throws {
        let python = try #require(Tool.python)
        let oneshot = try #require(Tool.oneshot)
        try await withTemporaryDirectory { directory in
            let result = try await Command(
                python.path,
                ["-c", Self.client, oneshot.path],
                directory: directory,
                timeout: .seconds(120)
            ).run()
            #expect(result.succeeded, "\(result.text)\n\(result.errorText)")
        }
    }

    @Test("the server ends at once when its input ends, and on SIGTERM")
    func ends() async throws {
        let python = try #require(Tool.python)
        let oneshot = try #require(Tool.oneshot)
        let program = #"""
            import signal, subprocess, sys, time
            for end in ("close", "terminate"):
                server = subprocess.Popen([sys.argv[1], "mcp", "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                server.stdin.write(b'{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
                server.stdin.flush()
                assert server.stdout.readline() == b'{"jsonrpc":"2.0","id":1,"result":{}}\n'
                begin = time.monotonic()
                server.stdin.close() if end == "close" else server.terminate()
                code = server.wait(5)
                assert time.monotonic() - begin < 3, end
                assert code == (0 if end == "close" else -signal.SIGTERM), (end, code)
            """#
        try await withTemporaryDirectory { directory in
            let command = Command(
                python.path,
                ["-c", program, oneshot.path],
                directory: directory,
                timeout: .seconds(60)
            )
            let result = try await command.run()
            #expect(result.succeeded, "\(result.errorText)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
        }
    }

    private static let client = #"""
        import asyncio, os, subprocess, sys
        from mcp import ClientSession, StdioServerParameters
        from mcp.client.stdio import stdio_client

        def git(*arguments):
            subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", "repo", *arguments], check=True)

        os.mkdir("repo"); os.mkdir("data")
        git("init", "-q")
        open("repo/a", "w").write("a\n")
        git("add", "."); git("commit", "-qm", "a")

        async def main():
            server = StdioServerParameters(command=sys.argv[1], args=["mcp", "serve"], cwd="repo")
            async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
                await session.initialize()
                names = [tool.name for tool in (await session.list_tools()).tools]
                assert names == ["repo.start_task.v1", "repo.end_task.v1", "repo.check_readiness.v1",
                                 "repo.autofix_readiness.v1"], names

                async def call(name, **arguments):
                    result = (await session.call_tool(name, arguments)).model_dump()
                    text = "".join(block["text"] for block in result["content"])
                    failed = result.get("is_error", result.get("isError"))
                    assert failed == text.startswith("error: "), text
                    return text

                assert (await call("repo.check_readiness.v1")).startswith("ready")
                assert "no task is open" in await call("repo.end_task.v1", summary="x")
                assert "title" in await call("repo.start_task.v1", title=" ")
                assert "task started" in await call("repo.start_task.v1", title="Write b", labels=["x"])
                assert "is open" in await call("repo.start_task.v1", title="Another")
                open("repo/b", "w").write("b\n")
                ended = await call("repo.end_task.v1", summary="done")
                assert "task ended" in ended and "A b" in ended, ended

        asyncio.run(main())
        (task,) = [name for name in os.listdir("data/tasks/created") if not name.startswith(".")]
        assert "+b" in open(f"data/tasks/created/{task}/overlay_files/diff.patch").read()
        log = open("data/.oneshot/logs/mcp.log").read()
        assert "repo.end_task.v1 ok" in log and "done" not in log, log
        """#
}
