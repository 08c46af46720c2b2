import OneShotCore

/// Sessions of any shape, the same ones for the same seed.
struct GeneratedSession {
    private var random: SplitMix

    static func make(seed: UInt64) -> Session {
        var generator = GeneratedSession(random: SplitMix(state: seed))
        return generator.session()
    }

    private mutating func pick<T>(_ list: [T]) -> T { list[Int(random.next() % UInt64(list.count))] }

    private mutating func session() -> Session {
        let threads = ["a", "b", "c"].prefix(1 + Int(random.next() % 3))
        var turns: [Turn] = []
        var pending: [(thread: String, call: ToolCall)] = []
        for index in 1...(1 + Int(random.next() % 12)) {
            let thread = pick(Array(threads))
            var input = pending.filter { $0.thread == thread }.compactMap { entry in
                entry.call.result.map { Sample.result(entry.call.callID, $0) }
            }
            pending.removeAll { $0.thread == thread }
            if random.next() % 2 == 0 {
                input.append(
                    InputItem(
                        kind: "message",
                        role: pick(["user", "system", "developer", "assistant", nil]),
                        text: text()
                    )
                )
            }
            let calls = (0..<Int(random.next() % 4)).map { number in
                ToolCall(
                    callID: "call_\(index)_\(number)",
                    name: pick(["exec", "mcp__x.y", "apply_patch"]),
                    arguments: pick([#"{"a":1}"#, "free text", "", "[1]", #"{"a"#]),
                    result: random.next() % 4 == 0 ? nil : text(),
                    isError: pick([nil, true, false])
                )
            }
            pending += calls.map { (thread, $0) }
            turns.append(
                Sample.turn(
                    index,
                    pick([.user, .continuation, .compaction, .other]),
                    thread: thread,
                    state: pick([.complete, .inFlight, .incomplete, .failed, .truncated, .refused]),
                    input: input,
                    output: random.next() % 2 == 0 ? "" : text(),
                    calls: calls
                )
            )
        }
        return Session(
            sessionID: "run-\(random.next())",
            createdAt: Sample.time(0),
            updatedAt: Sample.time(500),
            threads: threads.enumerated().map { number, thread in
                SessionThread(
                    threadID: thread,
                    // The third one is below the second.
                    parentThreadID: number == 0 ? nil : threads[number - 1],
                    kind: number == 0 ? .main : .subagent
                )
            },
            turns: turns
        )
    }

    private mutating func text() -> String {
        pick(["yes", "a\nb", "\u{1B}[31mred\u{1B}[0m", "\u{0}\u{7}", "</script>", "é🦊\u{2028}", "", "call_1_0"])
    }
}

struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
