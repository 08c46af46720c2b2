import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotExport

@Suite("OpenTelemetry's spans")
struct SpanTests {
    private func spans(_ session: Session) throws -> [JSON] {
        try #require(try Sample.json(session, .otel)["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"]).elements
    }

    private func attribute(_ span: JSON, _ key: String) -> JSON? {
        span["attributes"]?.elements.first { $0["key"]?.string == key }?["value"]
    }

    @Test("an agent, its calls of the model, and its tools; a subagent below the tool that started it")
    func tree() throws {
        let spans = try spans(Sample.session)
        let ids = spans.compactMap { $0["spanId"]?.string }
        #expect(Set(ids).count == spans.count && ids.allSatisfy { $0.count == 16 })
        #expect(Set(spans.compactMap { $0["traceId"]?.string }).count == 1)
        let agents = spans.filter { $0["name"]?.string?.hasPrefix("invoke_agent") == true }
        #expect(agents.map { $0["name"]?.string } == ["invoke_agent codex_exec", "invoke_agent counter"])
        #expect(agents[0]["parentSpanId"] == nil)
        let spawn = try #require(spans.first { attribute($0, "gen_ai.tool.call.id")?["stringValue"] == "c3" })
        #expect(agents[1]["parentSpanId"] == spawn["spanId"])
        #expect(spans.filter { $0["name"] == "chat gpt-5.5" }.count == 10)
        #expect(spans.filter { $0["name"]?.string?.hasPrefix("execute_tool") == true }.count == 5)
        for span in spans where span != agents[0] { #expect(ids.contains(span["parentSpanId"]?.string ?? "")) }
    }

    @Test("times are nanoseconds in strings, and none ends before it begins")
    func times() throws {
        for span in try spans(Sample.session) {
            let start = try #require(span["startTimeUnixNano"]?.string.flatMap { Int64($0) })
            let end = try #require(span["endTimeUnixNano"]?.string.flatMap { Int64($0) })
            #expect(start <= end && start > 1_700_000_000_000_000_000)
        }
        let tool = try #require(
            try spans(Sample.session).first { attribute($0, "gen_ai.tool.call.id")?["stringValue"] == "c1" }
        )
        // From the end of turn 1 to the turn that sent the result.
        #expect(tool["startTimeUnixNano"] == "1795354812500000000")
        #expect(tool["endTimeUnixNano"] == "1795354840000000000")
    }

    @Test("the conventions' attributes: usage with the cached input, messages, reasons, what failed")
    func attributes() throws {
        let spans = try spans(Sample.session)
        let chat = try #require(spans.first { attribute($0, "oneshot.turn.index")?["intValue"] == "1" })
        #expect(attribute(chat, "gen_ai.usage.input_tokens") == ["intValue": "120"])
        #expect(attribute(chat, "gen_ai.usage.cache_read.input_tokens") == ["intValue": "80"])
        #expect(attribute(chat, "gen_ai.provider.name") == ["stringValue": "openai"])
        #expect(attribute(chat, "gen_ai.response.time_to_first_chunk") == ["doubleValue": 0.25])
        #expect(
            attribute(chat, "gen_ai.response.finish_reasons")?["arrayValue"]?["values"] == [["stringValue": "stop"]]
        )
        let output = try JSON(parsing: attribute(chat, "gen_ai.output.messages")?["stringValue"]?.string ?? "")
        let kinds = (output[0]?["parts"]?.elements ?? []).compactMap { $0["type"]?.string }
        #expect(kinds == ["reasoning", "reasoning", "tool_call", "tool_call", "tool_call"])
        let failed = try #require(spans.first { attribute($0, "oneshot.turn.index")?["intValue"] == "4" })
        #expect(failed["status"] == ["message": "server is overloaded", "code": 2])
        #expect(attribute(failed, "error.type") == ["stringValue": "failed"])
        let again = try #require(spans.first { attribute($0, "oneshot.turn.index")?["intValue"] == "5" })
        #expect(again["links"]?[0]?["spanId"] == failed["spanId"])
    }
}

@Suite(
    "Integration: OpenTelemetry's protocol",
    .enabled(if: Tool.isAvailable(Tool.python), PythonReader.reason),
    .timeLimit(.minutes(3))
)
struct SpanReaderTests {
    @Test("every export is an ExportTraceServiceRequest without an unknown field, and no call is without its result")
    func reads() async throws {
        // OTLP/JSON has ids in hexadecimal digits where protobuf's own JSON has base64.
        let program = """
            import base64, json
            from google.protobuf import json_format
            from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
            def protobuf(value):
                if isinstance(value, dict):
                    return {k: base64.b64encode(bytes.fromhex(v)).decode() if k in ("traceId", "spanId", "parentSpanId")
                            else protobuf(v) for k, v in value.items()}
                return [protobuf(v) for v in value] if isinstance(value, list) else value
            for name in ("0.json", "1.json"):
                request = json_format.ParseDict(protobuf(json.load(open(name))), ExportTraceServiceRequest())
                spans = request.resource_spans[0].scope_spans[0].spans
                assert all(len(s.trace_id) == 16 and len(s.span_id) == 8 for s in spans)
                found = []
                for span in spans:
                    facts = {a.key: a.value.string_value for a in span.attributes}
                    if span.name.startswith("execute_tool"):
                        found.append(f"{facts['gen_ai.tool.call.id']}={facts.get('gen_ai.tool.call.result', '-'):.5}")
                print(len(spans), *sorted(found))
            """
        var files: [String: String] = [:]
        for (number, session) in Sample.all.enumerated() {
            files["\(number).json"] = try Sample.documents(session, .otel)[0].text
        }
        let text = try await PythonReader.run(program, files: files)
        #expect(text == "17 c1=a.txt c2=no c3=3 c4=- s1=3 a.t\n4 toolu_1=text\n")
    }
}
