import Testing

@testable import OneShotCore

@Suite("Server tools of a request")
struct ServerToolPolicyTests {
    private func outcome(
        _ text: String,
        _ api: ServerToolPolicy.API,
        allowing allowed: Set<ServerTool> = []
    ) throws -> ServerToolPolicy.Outcome {
        ServerToolPolicy(allowing: allowed).apply(to: try JSON(parsing: text), of: api)
    }

    @Test("a request without any goes on as it came")
    func untouched() throws {
        let text =
            #"{"model":"m","tools":[{"type":"function","name":"f"},{"type":"custom","name":"exec"}],"input":"x"}"#
        #expect(try outcome(text, .responses) == .init())
    }

    @Test(
        "OpenAI's are taken out of Responses, whatever their date",
        arguments: [
            ("web_search", ServerTool.webSearch), ("web_search_preview_2025_03_11", .webSearch),
            ("file_search", .fileSearch), ("code_interpreter", .codeExecution), ("computer_use_preview", .computerUse),
            ("image_generation", .imageGeneration), ("mcp", .mcp), ("brand_new_tool", .other),
        ]
    )
    func responses(type: String, tool: ServerTool) throws {
        let text = #"{"tools":[{"type":"\#(type)"},{"type":"function","name":"f"}],"tool_choice":{"type":"\#(type)"}}"#
        let outcome = try outcome(text, .responses)
        #expect(outcome.stripped == [tool])
        #expect(outcome.body == ["tools": [["type": "function", "name": "f"]]])
        #expect(try self.outcome(text, .responses, allowing: [tool]) == .init())
    }

    @Test("a tool inside a namespace is found, and no list of tools is left empty")
    func nested() throws {
        let text = #"{"tools":[{"type":"namespace","name":"n","tools":[{"type":"mcp","server_url":"https://x"}]}]}"#
        #expect(try outcome(text, .responses).stripped == [.mcp])
        let item =
            #"{"input":[{"type":"additional_tools","tools":[{"type":"namespace","tools":[{"type":"web_search"}]}]}]}"#
        #expect(try outcome(item, .responses).stripped == [.webSearch])
        let only = try outcome(#"{"model":"m","tools":[{"type":"web_search"}],"tool_choice":"required"}"#, .responses)
        #expect(only.body == ["model": "m"])
    }

    @Test("stored prompts and answers in the background go")
    func account() throws {
        let outcome = try outcome(#"{"prompt":{"id":"pmpt_1"},"background":true,"model":"m"}"#, .responses)
        #expect(outcome.stripped == [.storedFiles, .background])
        #expect(outcome.body == ["model": "m"])
    }

    @Test(
        "Anthropic's are taken out, its tools of the client stay",
        arguments: [
            ("web_search_20250305", ServerTool.webSearch), ("web_fetch_20250910", .webFetch),
            ("code_execution_20250825", .codeExecution), ("computer_20250124", .computerUse), ("mcp_toolset", .mcp),
        ]
    )
    func messages(type: String, tool: ServerTool) throws {
        let kept = #"{"name":"Bash","input_schema":{}},{"type":"bash_20250124","name":"bash"}"#
        let text =
            #"{"tools":[{"type":"\#(type)","name":"x"},\#(kept)],"mcp_servers":[{"url":"https://x"}],"container":"c"}"#
        let outcome = try outcome(text, .messages)
        #expect(outcome.stripped == [tool, .mcp, .codeExecution])
        let left = try JSON(parsing: #"{"tools":[\#(kept)]}"#)
        #expect(outcome.body == left)
    }

    @Test("files that the provider would load become a note; what is in the request stays")
    func files() throws {
        let note = "[a file was here that the provider would have had to load; this task does not allow that]"
        let anthropic = try outcome(
            #"""
            {"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://x/y.png"}},
            {"type":"image","source":{"type":"base64","data":"AAAA"}},
            {"type":"tool_result","content":[{"type":"document","source":{"type":"file","file_id":"f"}}]}]}]}
            """#,
            .messages
        )
        #expect(anthropic.stripped == [.urlFetch, .storedFiles])
        let content = anthropic.body?["messages"]?[0]?["content"]
        #expect(content?[0] == ["type": "text", "text": .string(note)])
        #expect(content?[1]?["source"]?["type"] == "base64")
        #expect(content?[2]?["content"]?[0]?["type"] == "text")
        let openAI = try outcome(
            #"{"input":[{"role":"user","content":[{"type":"input_image","image_url":"HTTPS://x/y.png"},"#
                + #"{"type":"input_image","image_url":"data:image/png;base64,AAAA"},{"type":"input_file","file_id":"f"}]}]}"#,
            .responses
        )
        #expect(openAI.stripped == [.urlFetch, .storedFiles])
        #expect(openAI.body?["input"]?[0]?["content"]?[0]?["type"] == "input_text")
        #expect(openAI.body?["input"]?[0]?["content"]?[1]?["type"] == "input_image")
        let chat = try outcome(
            #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://x/y.png"}}]}]}"#,
            .chat
        )
        #expect(chat.stripped == [.urlFetch])
    }

    @Test("what a model's own tool was called with is text, and stays")
    func arguments() throws {
        let call = #"{"type":"tool_use","name":"w","input":{"type":"image","source":{"type":"url","url":"https://x"}}}"#
        #expect(try outcome(#"{"messages":[{"role":"assistant","content":[\#(call)]}]}"#, .messages) == .init())
    }

    @Test("Chat Completions' search options and Gemini's tools go")
    func others() throws {
        #expect(try outcome(#"{"web_search_options":{},"messages":[]}"#, .chat).body == ["messages": []])
        let gemini = try outcome(
            #"{"tools":[{"googleSearch":{}},{"functionDeclarations":[{"name":"f"}],"codeExecution":{}}],"#
                + #""contents":[{"parts":[{"fileData":{"fileUri":"https://x"}}]}]}"#,
            .gemini
        )
        #expect(gemini.stripped == [.webSearch, .codeExecution, .urlFetch])
        #expect(gemini.body?["tools"] == [["functionDeclarations": [["name": "f"]]]])
    }

    @Test(
        "what could be read in two ways, and models that search by themselves, are refused",
        arguments: [
            #"{"tools":[],"tools":[{"type":"web_search"}]}"#,
            #"{"tools":[{"type":"function","type":"web_search"}]}"#, "[]", #"{"model":"gpt-4o-search-preview"}"#,
            #"{"model":"o3-deep-research"}"#, #"{"model":"openai/gpt-5:online"}"#,
        ]
    )
    func refused(text: String) throws {
        #expect(try outcome(text, .chat).refusal != nil)
    }
}
