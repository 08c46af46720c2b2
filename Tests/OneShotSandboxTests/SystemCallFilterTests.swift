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

    @Test("sockets are of four families, and of the protocols that programs live on", arguments: Architecture.allCases)
    func sockets(architecture: Architecture) throws {
        let socket = try #require(SystemCall.socket.number(on: architecture))
        let allowed = (0..<46).filter { verdict(architecture, socket, $0, 1) == .allow }
        #expect(allowed == [1, 2, 10, 16])
        let closeOnExec: UInt64 = 0x8_0000
        for family: UInt64 in [2, 10] {
            #expect(verdict(architecture, socket, family, 2 | closeOnExec, 17) == .allow)
            #expect(verdict(architecture, socket, family, 1 | closeOnExec, 6) == .allow)
            // SCTP, DCCP, L2TP, MPTCP
            for (kind, number): (UInt64, UInt64) in [(1, 132), (1, 33), (2, 115), (1, 262)] {
                let refusal = SystemCallFilter.Verdict.refuse(errno: LinuxError.protocolNotSupported)
                #expect(verdict(architecture, socket, family, kind, number) == refusal)
            }
            // SOCK_SEQPACKET, SOCK_DCCP, SOCK_PACKET
            for kind: UInt64 in [4, 5, 6, 10] {
                let refusal = SystemCallFilter.Verdict.refuse(errno: LinuxError.socketTypeNotSupported)
                #expect(verdict(architecture, socket, family, kind) == refusal)
            }
        }
        #expect(verdict(architecture, socket, 1, 5) == .allow)  // SOCK_SEQPACKET between processes
        #expect((0..<32).filter { verdict(architecture, socket, 16, 3, $0) == .allow } == [0, 4])
        let pair = try #require(SystemCall.socketpair.number(on: architecture))
        #expect((0..<46).filter { verdict(architecture, pair, $0, 1) == .allow } == [1])
    }

    @Test("a process may be 32-bit in name, and no older Unix", arguments: Architecture.allCases)
    func personality(architecture: Architecture) throws {
        let personality = try #require(SystemCall.personality.number(on: architecture))
        for value: UInt64 in [0, 8, 0x2_0000, 0x4_0000, 0xFFFF_FFFF] {
            #expect(verdict(architecture, personality, value) == .allow)
        }
        // PER_SVR4, MMAP_PAGE_ZERO, ADDR_COMPAT_LAYOUT, READ_IMPLIES_EXEC
        for value: UInt64 in [1, 0x10_0000, 0x20_0000, 0x40_0000] {
            #expect(verdict(architecture, personality, value) == .refuse(errno: LinuxError.notPermitted))
        }
    }

    @Test("nobody types into a terminal for others", arguments: Architecture.allCases)
    func terminal(architecture: Architecture) throws {
        let ioctl = try #require(SystemCall.ioctl.number(on: architecture))
        #expect(verdict(architecture, ioctl, 0, 0x5412) == .refuse(errno: LinuxError.notPermitted))
        #expect(verdict(architecture, ioctl, 0, 0x541C) == .refuse(errno: LinuxError.notPermitted))
        #expect(verdict(architecture, ioctl, 0, 0x5423) == .refuse(errno: LinuxError.notPermitted))
        #expect(verdict(architecture, ioctl, 0, 0x5413) == .allow)
    }

    @Test("calls of another architecture are unknown")
    func otherArchitecture() {
        let refusal = SystemCallFilter.Verdict.refuse(errno: LinuxError.notImplemented)
        #expect(verdict(.x86, 0, audit: Architecture.arm.audit) == refusal)
        #expect(verdict(.x86, 0x4000_0000) == refusal)
        #expect(verdict(.x86, 512) == refusal)
        #expect(verdict(.arm, 63, audit: 0x4000_0028) == refusal)
    }

    @Test("calls that are newer than the list are unknown", arguments: Architecture.allCases)
    func newer(architecture: Architecture) {
        let refusal = SystemCallFilter.Verdict.refuse(errno: LinuxError.notImplemented)
        #expect(verdict(architecture, SystemCall.newest) == .allow)
        #expect(verdict(architecture, SystemCall.newest + 1) == refusal)
        #expect(verdict(architecture, .max) == refusal)
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
