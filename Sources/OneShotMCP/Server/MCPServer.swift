public import Foundation
import OneShotCapture
public import OneShotCore

/// The MCP server over standard input and output: one JSON message a line.
public struct MCPServer: Sendable {
    private let tools: TaskTools
    private let facts: MCPServerFacts
    private let log: MCPLog

    /// - Parameters:
    ///   - directory: where the agent was started; the repository unless a call names another.
    ///   - workspace: nil for the one that each call's repository lies in.
    ///   - version: the program's own.
    ///   - environment: names the model that drafts, where a call asks for a draft.
    public init(directory: URL, workspace: Workspace?, version: String, environment: [String: String] = [:]) {
        tools = TaskTools(directory: directory, workspace: workspace, environment: environment)
        facts = MCPServerFacts(
            version: version,
            instructions: TaskTool.instructions,
            tools: TaskTool.allCases.map(\.description)
        )
        log = MCPLog(workspace: workspace ?? Workspace.containing(directory))
    }

    /// Serves until the input is at its end, and then until the calls that are running have been answered.
    public func run() async {
        // While the agent works, the states of its task are taken.
        await WorkspaceWatch(workspace: log.workspace) { log.note($0) }.during {
            await run(input: StandardInput.chunks(), output: StandardOutput())
        }
    }

    func run(input: AsyncStream<Data>, output: StandardOutput) async {
        log.note("serving")
        let conversation = MCPConversation(session: MCPSession(server: facts), output: output) { invocation in
            await call(invocation)
        }
        var lines = LineSplitter()
        for await chunk in input {
            for line in lines.receive(chunk) { await conversation.receive(line) }
        }
        for line in lines.finish() { await conversation.receive(line) }
        await conversation.finish()
        log.note("input closed")
    }

    private func call(_ invocation: ToolInvocation) async -> ToolResult {
        let session = invocation.sessionID.map { " session=\($0)" } ?? ""
        log.note("tools/call \(invocation.name) begins\(session)")
        let clock = ContinuousClock()
        let start = clock.now
        let result = await tools.call(invocation)
        let milliseconds = Int((clock.now - start) / .milliseconds(1))
        log.note("tools/call \(invocation.name) \(result.isError ? "failed" : "ok") \(milliseconds) ms\(session)")
        return result
    }
}
