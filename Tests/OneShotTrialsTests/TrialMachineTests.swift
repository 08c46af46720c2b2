import Foundation
import Testing

@testable import OneShotTrials

@Suite("A trial's phases")
struct TrialMachineTests {
    private let start = Date(timeIntervalSince1970: 1000)

    private func machine(at phase: TrialPhase) -> TrialMachine {
        var machine = TrialMachine(startingAt: start)
        while let current = machine.phase, current != phase {
            machine.handle(current == .agent ? ended() : .completed, at: start)
        }
        return machine
    }

    private func ended(
        _ code: Int32 = 0,
        stoppedAt stop: TrialLimit? = nil,
        refusedBy refusal: TrialLimit? = nil
    ) -> TrialMachine.Event {
        .agentEnded(exitCode: code, stoppedAt: stop, refusedBy: refusal)
    }

    @Test("follow each other to a score, each with its time")
    func wholeWay() {
        var machine = TrialMachine(startingAt: start)
        for (second, phase) in TrialPhase.allCases.enumerated() {
            #expect(machine.phase == phase)
            machine.handle(phase == .agent ? ended(3) : .completed, at: start + Double(second + 1))
        }
        #expect(machine.outcome == .scored)
        #expect(machine.exitCode == 3)
        #expect(machine.limit == nil)
        #expect(machine.records.map(\.phase) == TrialPhase.allCases)
        #expect(machine.records.allSatisfy { $0.endedAt?.timeIntervalSince($0.startedAt) == 1 })
    }

    @Test(
        "name the limit that stopped the agent, and go on to grade what it left",
        arguments: [
            (nil, nil, nil), (.time, nil, .time), (nil, .tokens, .tokens), (.time, .dollars, .dollars),
            (.disk, nil, .disk),
        ] as [(TrialLimit?, TrialLimit?, TrialLimit?)]
    )
    func limits(stop: TrialLimit?, refusal: TrialLimit?, limit: TrialLimit?) {
        var machine = machine(at: .agent)
        machine.handle(ended(124, stoppedAt: stop, refusedBy: refusal), at: start)
        #expect(machine.limit == limit)
        #expect(machine.phase == .diff)
    }

    @Test("end without a score when something else than the agent fails", arguments: TrialPhase.allCases)
    func failure(phase: TrialPhase) {
        var machine = machine(at: phase)
        machine.handle(.failed(reason: "no space"), at: start)
        #expect(machine.outcome == .infrastructureFailure)
        #expect(machine.failure == "no space")
        #expect(machine.records.last?.phase == phase)
    }

    @Test("end when the person stops the trial", arguments: TrialPhase.allCases)
    func cancelled(phase: TrialPhase) {
        var machine = machine(at: phase)
        machine.handle(.cancelled, at: start)
        #expect(machine.outcome == .cancelled)
        #expect(machine.phase == nil)
    }

    @Test(
        "stay as they ended, whatever comes later",
        arguments: [TrialMachine.Event.completed, .cancelled, .failed(reason: "late")]
    )
    func finality(event: TrialMachine.Event) {
        var machine = machine(at: .report)
        machine.handle(.completed, at: start)
        let before = machine
        machine.handle(event, at: start + 60)
        #expect(machine == before)
    }

    @Test("are not mixed up: the agent phase ends only with the agent, and no other does")
    func misplacedEvents() {
        var machine = machine(at: .agent)
        machine.handle(.completed, at: start)
        #expect(machine.phase == .agent)
        var other = self.machine(at: .verify)
        other.handle(ended(stoppedAt: .time), at: start)
        #expect(other.phase == .verify)
        #expect(other.limit == nil)
    }
}

@Suite("A trial's phases, gone on with")
struct ResumedMachineTests {
    private let start = Date(timeIntervalSince1970: 1000)

    @Test("keep what ended the agent, and grade")
    func graded() {
        let records = [TrialMachine.Record(phase: .diff, startedAt: start, endedAt: start)]
        var machine = TrialMachine(grading: records, limit: .tokens, exitCode: 3, startingAt: start + 9)
        #expect(machine.phase == .verify)
        for _ in 0..<3 { machine.handle(.completed, at: start + 10) }
        #expect(machine.outcome == .scored)
        #expect(machine.limit == .tokens)
        #expect(machine.exitCode == 3)
        #expect(machine.records.map(\.phase) == [.diff, .verify, .judge, .report])
    }

    @Test("end without a score when the budget allows no call, and only the agent's phase can end so")
    func refused() {
        var machine = TrialMachine(startingAt: start)
        machine.handle(.refused(reason: "no"), at: start)
        #expect(machine.outcome == nil)
        for _ in 0..<2 { machine.handle(.completed, at: start) }
        machine.handle(.refused(reason: "no"), at: start)
        #expect(machine.outcome == .refusedByBudget)
        #expect(machine.failure == "no")
    }
}
