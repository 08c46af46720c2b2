import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotExport

@Suite("ATIF")
struct TrajectoryTests {
    private func steps(_ trajectory: JSON) -> [JSON] { trajectory["steps"]?.elements ?? [] }

    @Test("a turn is one step of the agent, with its results; what was said to it are steps before")
    func shape() throws {
        let trajectory = try Sample.json(Sample.session, .atif)
        let steps = steps(trajectory)
        #expect(steps.compactMap { $0["step_id"]?.int } == Array(1...steps.count))
        #expect(steps.prefix(6).map { $0["source"]?.string } == ["system", "user", "agent", "agent", "system", "user"])
        let agent = try #require(steps.first { $0["extra"]?["turn"] == 1 })
        #expect(agent["reasoning_content"] == "Look first.\n\nThen count.")
        #expect(agent["tool_calls"]?[0]?["arguments"] == ["cmd": "ls"])
        #expect(agent["tool_calls"]?[1]?["arguments"] == ["input": "*** Begin Patch"])
        let results = try #require(agent["observation"]?["results"]).elements
        #expect(results.map { $0["source_call_id"]?.string } == ["c1", "c2", "c3"])
        #expect(results[1]["extra"]?["is_error"] == true)
        #expect(agent["metrics"]?["prompt_tokens"] == 120)
        #expect(agent["metrics"]?["cached_tokens"] == 80)
        #expect(agent["metrics"]?["cost_usd"]?.double == 0.0125)
    }

    @Test("what is not known is left out", arguments: [ExportFormat.atif, .codex, .otel])
    func unknown(format: ExportFormat) throws {
        for session in Sample.all {
            for document in try Sample.documents(session, format) { #expect(!document.text.contains("null")) }
        }
        let user = try #require(steps(try Sample.json(Sample.plain, .atif)).first { $0["source"] == "user" })
        #expect(user["extra"] == nil)
    }

    @Test("a subagent is a trajectory of its own, that the call which started it refers to")
    func subagents() throws {
        let trajectory = try Sample.json(Sample.session, .atif)
        let below = try #require(trajectory["subagent_trajectories"]).elements
        #expect(below.map { $0["trajectory_id"]?.string } == ["sub"])
        #expect(below[0]["final_metrics"]?["total_prompt_tokens"] == 240)
        let agent = try #require(steps(trajectory).first { $0["extra"]?["turn"] == 1 })
        let call = try #require(agent["observation"]?["results"]?.elements.last)
        #expect(call["source_call_id"] == "c3")
        #expect(call["subagent_trajectory_ref"]?[0]?["trajectory_id"] == "sub")
        #expect(trajectory["final_metrics"]?["total_prompt_tokens"] == 360)
        // By the format that of the subagents is in it.
        #expect(trajectory["final_metrics"]?["total_cost_usd"]?.double == 0.0625)
    }

    @Test("tools are defined once, in the form of function calls")
    func tools() throws {
        let tools = try #require(try Sample.json(Sample.session, .atif)["agent"]?["tool_definitions"]).elements
        let names = tools.map { $0["function"]?["name"]?.string }
        #expect(names == ["exec_command", "apply_patch", "web_search", "mcp__oneshot.repo_start", "Read"])
        #expect(tools[4]["function"]?["parameters"] == ["type": "object"])
    }

    @Test("a call that never reached a model has no metrics; one that failed says why")
    func ends() throws {
        let steps = steps(try Sample.json(Sample.session, .atif))
        let refused = try #require(steps.first { $0["extra"]?["state"] == "refused" })
        #expect(refused["llm_call_count"] == 0 && refused["metrics"] == nil)
        let failed = try #require(steps.first { $0["extra"]?["state"] == "failed" })
        #expect(failed["extra"]?["error"] == "server is overloaded")
        #expect(steps.contains { $0["extra"]?["retry_of_turn"] == 4 })
    }

    @Test("a session without a turn is none")
    func empty() {
        var session = Sample.plain
        session.turns = []
        #expect(throws: ExportError.empty(session: "run-2")) { try Sample.documents(session, .atif) }
    }
}

@Suite(
    "Integration: Harbor's validator",
    .enabled(if: Tool.isAvailable(Tool.python), PythonReader.reason),
    .timeLimit(.minutes(3))
)
struct TrajectoryValidatorTests {
    @Test("accepts every session, and finds the calls paired with their results")
    func accepts() async throws {
        var files: [String: String] = [:]
        for (number, session) in Sample.all.enumerated() {
            files["\(number).json"] = try Sample.documents(session, .atif)[0].text
        }
        let program = """
            import json, sys
            from harbor.utils.trajectory_validator import TrajectoryValidator
            from harbor.models.trajectories import Trajectory
            def pairs(trajectory):
                found = []
                for step in trajectory.steps:
                    results = {r.source_call_id: r.content for r in (step.observation.results if step.observation else [])}
                    found += [f"{c.tool_call_id}={results.get(c.tool_call_id)!s:.5}" for c in step.tool_calls or []]
                for below in trajectory.subagent_trajectories or []:
                    found += pairs(below)
                return found
            for name in ("0.json", "1.json"):
                validator = TrajectoryValidator()
                if not validator.validate(name):
                    sys.exit("\\n".join(validator.errors))
                print(" ".join(sorted(pairs(Trajectory(**json.load(open(name)))))).replace("\\n", "|"))
            """
        let text = try await PythonReader.run(program, files: files)
        #expect(
            text == """
                c1=a.txt c2=no c3=3 c4=None old_1=/work s1=3 a.t
                toolu_1=text

                """
        )
    }
}
