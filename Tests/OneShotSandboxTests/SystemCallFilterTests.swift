import Foundation
import Testing

@testable import OneShotSandbox

@Suite("The filter of system calls")
struct SystemCallFilterTests {
    typealias Architecture = SystemCallFilter.Architecture

    @Test("every refused call is refused with its error", arguments: Architecture.allCases)
    func refused(architecture: Architecture) {
        for call in SystemCall.refused {
            guard let number = call.number(on: architecture) else { continue }
            #expect(verdict(architecture, number) == .refuse(errno: call.errno), "\(call.name)")
        }
    }

    @Test("what programs live on is allowed", arguments: Architecture.allCases)
    func allowed(architecture: Architecture) {
        // read, write, openat, execve, exit_group, futex, epoll_pwait, ptrace, seccomp
        let calls: [UInt32] =
            architecture == .x86
            ? [0, 1, 257, 59, 231, 202, 281, 101, 317] : [63, 64, 56, 221, 94, 98, 22, 117, 277]
        for number in calls { #expect(verdict(architecture, number) == .allow, "\(number)") }
    }

    @Test("processes and threads are made, namespaces are not", arguments: Architecture.allCases)
    func namespaces(architecture: Architecture) throws {
        let clone = try #require(SystemCall.clone.number(on: architecture))
        let unshare = try #require(SystemCall.unshare.number(on: architecture))
        #expect(verdict(architecture, clone, 0x0120_0011) == .allow)  // fork
        #expect(verdict(architecture, clone, 0x003D_0F00) == .allow)  // pthread_create
        #expect(verdict(architecture, unshare, 0x400) == .allow)  // CLONE_FILES
        for flag: UInt64 in [0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000] {
            #expect(verdict(architecture, clone, flag | 17) == .refuse(errno: LinuxError.notPermitted))
            #expect(verdict(architecture, unshare, flag) == .refuse(errno: LinuxError.notPermitted))
        }
    }

    @Test("sockets are of four families", arguments: Architecture.allCases)
    func sockets(architecture: Architecture) throws {
        let socket = try #require(SystemCall.socket.number(on: architecture))
        let allowed = (0..<46).filter { verdict(architecture, socket, $0) == .allow }
        #expect(allowed == [1, 2, 10, 16])
    }

    @Test("nobody types into a terminal for others", arguments: Architecture.allCases)
    func terminal(architecture: Architecture) throws {
        let ioctl = try #require(SystemCall.ioctl.number(on: architecture))
        #expect(verdict(architecture, ioctl, 0, 0x5412) == .refuse(errno: LinuxError.notPermitted))
        #expect(verdict(architecture, ioctl, 0, 0x541C) == .refuse(errno: LinuxError.notPermitted))
        #expect(verdict(architecture, ioctl, 0, 0x5413) == .allow)
    }

    @Test("calls of another architecture are unknown")
    func otherArchitecture() {
        let refusal = SystemCallFilter.Verdict.refuse(errno: LinuxError.notImplemented)
        #expect(verdict(.x86, 0, audit: Architecture.arm.audit) == refusal)
        #expect(verdict(.x86, 0x4000_0000) == refusal)
        #expect(verdict(.arm, 63, audit: 0x4000_0028) == refusal)
    }

    @Test("the bytes are the kernel's structure, and no more than the kernel takes")
    func bytes() {
        let filter = SystemCallFilter(architecture: .x86)
        #expect(filter.bytes.count == filter.program.count * 8)
        #expect(filter.program.count < 4096)
        #expect(Array(filter.bytes.prefix(16)) == [0x20, 0, 0, 0, 4, 0, 0, 0, 0x15, 0, 1, 0, 0x3E, 0, 0, 0xC0])
        #expect(InitProgram.source.contains("FILTERS[\"aarch64\"] = \"20000000"))
    }

    /// Runs the program as the kernel does.
    private func verdict(
        _ architecture: Architecture,
        _ number: UInt32,
        _ arguments: UInt64...,
        audit: UInt32? = nil
    ) -> SystemCallFilter.Verdict? {
        let program = SystemCallFilter(architecture: architecture).program
        var accumulator: UInt32 = 0
        var position = 0
        while program.indices.contains(position) {
            let step = program[position]
            position += 1
            let holds: Bool
            switch step.code {
            case SystemCallFilter.Instruction.loadWord:
                switch step.value {
                case 0: accumulator = number
                case 4: accumulator = audit ?? architecture.audit
                default:
                    let index = Int(step.value - 16) / 8
                    accumulator = arguments.indices.contains(index) ? UInt32(truncatingIfNeeded: arguments[index]) : 0
                }
                continue
            case SystemCallFilter.Instruction.giveBack:
                return step.value == 0x7FFF_0000 ? .allow : .refuse(errno: Int32(step.value & 0xFFFF))
            case SystemCallFilter.Instruction.jumpIfEqual: holds = accumulator == step.value
            case SystemCallFilter.Instruction.jumpIfAtLeast: holds = accumulator >= step.value
            case SystemCallFilter.Instruction.jumpIfAnyBit: holds = accumulator & step.value != 0
            default: return nil
            }
            position += Int(holds ? step.ifTrue : step.ifFalse)
        }
        return nil
    }
}
