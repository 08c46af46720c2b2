import OneShotCore

/// One client's conversation: the protocol's state, the calls that are running, and the way out.
///
/// Calls run one after the other, in the order in which they came; everything else is answered at once.
actor MCPConversation {
    private var session: MCPSession
    private let output: StandardOutput
    private let run: @Sendable (ToolInvocation) async -> ToolResult
    private var calls: [Int: Task<Void, Never>] = [:]
    private var last: Task<Void, Never>?

    init(
        session: MCPSession,
        output: StandardOutput,
        run: @escaping @Sendable (ToolInvocation) async -> ToolResult
    ) {
        self.session = session
        self.output = output
        self.run = run
    }

    func receive(_ line: LineSplitter.Line) async {
        for action in session.receive(line) { await perform(action) }
    }

    /// Returns when every call has been answered; cancels them when the surrounding task is cancelled.
    func finish() async {
        let running = Array(calls.values)
        await withTaskCancellationHandler {
            await last?.value
        } onCancel: {
            running.forEach { $0.cancel() }
        }
    }

    private func perform(_ action: MCPSession.Action) async {
        switch action {
        case .send(let message): _ = await output.write(line: message.compactText)
        case .call(let invocation): begin(invocation)
        case .cancel(let ticket): calls[ticket]?.cancel()
        }
    }

    private func begin(_ invocation: ToolInvocation) {
        let previous = last
        let call = Task {
            await previous?.value
            let result = Task.isCancelled ? .failure("the call was cancelled") : await run(invocation)
            await end(invocation, with: result)
        }
        calls[invocation.ticket] = call
        last = call
    }

    private func end(_ invocation: ToolInvocation, with result: ToolResult) async {
        calls[invocation.ticket] = nil
        for action in session.finish(invocation.ticket, with: result) { await perform(action) }
    }
}
