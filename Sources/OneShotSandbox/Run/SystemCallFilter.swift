import Foundation

/// The system calls that nobody in a sandbox may make, whatever the engine: a filter of the kernel's (seccomp) that the
/// sandbox's first process puts on itself, and so on every process of the sandbox. Where the engine has a filter of its
/// own, the stricter of the two holds for each call.
///
/// Refused are the ways to further namespaces, to mounts, to the kernel's keys, and to parts of the kernel that programs
/// under test have no use for and that attacks on kernels begin with. Programs see the error that a process without
/// rights sees anyway.
///
/// Source: seccomp(2), and the numbers of the kernel's syscall_64.tbl and asm-generic/unistd.h.
struct SystemCallFilter {
    /// Both are little-endian.
    enum Architecture: String, CaseIterable {
        // As `uname -m` says it.
        case x86 = "x86_64"
        case arm = "aarch64"

        /// linux/audit.h
        var audit: UInt32 { self == .x86 ? 0xC000_003E : 0xC000_00B7 }
    }

    var architecture: Architecture

    /// The program in the form that `prctl(PR_SET_SECCOMP)` takes: an array of `struct sock_filter`.
    var bytes: Data {
        program.reduce(into: Data()) { data, instruction in
            withUnsafeBytes(of: instruction.code.littleEndian) { data.append(contentsOf: $0) }
            data.append(instruction.ifTrue)
            data.append(instruction.ifFalse)
            withUnsafeBytes(of: instruction.value.littleEndian) { data.append(contentsOf: $0) }
        }
    }

    /// One instruction of the classic packet filter (linux/filter.h).
    struct Instruction: Equatable {
        var code: UInt16
        var ifTrue: UInt8 = 0
        var ifFalse: UInt8 = 0
        var value: UInt32

        static let loadWord: UInt16 = 0x20
        static let jumpIfEqual: UInt16 = 0x15
        static let jumpIfAtLeast: UInt16 = 0x35
        static let jumpIfAnyBit: UInt16 = 0x45
        static let giveBack: UInt16 = 0x06
    }

    /// What the kernel does with a call.
    enum Verdict: Equatable {
        case allow
        case refuse(errno: Int32)

        /// linux/seccomp.h
        var value: UInt32 {
            switch self {
            case .allow: 0x7FFF_0000
            case .refuse(let errno): 0x0005_0000 | UInt32(errno)
            }
        }
    }

    /// Offsets in `struct seccomp_data`; of an argument its lower half.
    enum Field {
        static let number: UInt32 = 0
        static let architecture: UInt32 = 4
        static func argument(_ index: UInt32) -> UInt32 { 16 + 8 * index }
    }

    var program: [Instruction] {
        var program = [load(Field.architecture)]
        // Another architecture's calls have other numbers (32-bit programs do not run).
        program += unless(Instruction.jumpIfEqual, architecture.audit, .refuse(errno: LinuxError.notImplemented))
        program.append(load(Field.number))
        // On x86 this takes in the x32 calls too, under both sets of numbers that kernels have known them by.
        program += when(Instruction.jumpIfAtLeast, SystemCall.newest + 1, .refuse(errno: LinuxError.notImplemented))
        for call in SystemCall.refused {
            guard let number = call.number(on: architecture) else { continue }
            program += when(Instruction.jumpIfEqual, number, .refuse(errno: call.errno))
        }
        for (call, checks) in checkedArguments {
            guard let number = call.number(on: architecture) else { continue }
            program.append(jump(Instruction.jumpIfEqual, number, ifFalse: UInt8(checks.count + 1)))
            program += checks + [answer(.allow)]
        }
        return program + [answer(.allow)]
    }

    /// Calls that depend on what they are given. Each list follows on the call's number being loaded and ends in an
    /// answer; what it does not answer is allowed. The kernel takes none of these arguments for more than 32 bits.
    private var checkedArguments: [(SystemCall, [Instruction])] {
        let namespaces: UInt32 = 0x7E02_0000  // CLONE_NEW… (linux/sched.h)
        let timeNamespace: UInt32 = 0x80  // In clone(), part of the signal's number.
        // TIOCSTI and TIOCLINUX type for others; TIOCSETD loads a line discipline into the kernel.
        let terminal: [UInt32] = [0x5412, 0x541C, 0x5423]
        let unixFamily: UInt32 = 1
        // What 32-bit builds, old programs (UNAME26) and debuggers (ADDR_NO_RANDOMIZE) ask for; all ones only asks.
        let personalities: UInt32 = 0x0006_0008
        return [
            (
                .clone,
                [load(Field.argument(0))]
                    + when(Instruction.jumpIfAnyBit, namespaces, .refuse(errno: LinuxError.notPermitted))
            ),
            (
                .unshare,
                [load(Field.argument(0))]
                    + when(
                        Instruction.jumpIfAnyBit,
                        namespaces | timeNamespace,
                        .refuse(errno: LinuxError.notPermitted)
                    )
            ),
            (.socket, socketChecks(unixFamily)),
            (
                .socketpair,
                [load(Field.argument(0))] + when(Instruction.jumpIfEqual, unixFamily, .allow)
                    + [answer(.refuse(errno: LinuxError.familyNotSupported))]
            ),
            (
                .ioctl,
                [load(Field.argument(1))]
                    + terminal.flatMap { when(Instruction.jumpIfEqual, $0, .refuse(errno: LinuxError.notPermitted)) }
            ),
            (
                .personality,
                [load(Field.argument(0))] + when(Instruction.jumpIfEqual, .max, .allow)
                    + when(Instruction.jumpIfAnyBit, ~personalities, .refuse(errno: LinuxError.notPermitted))
            ),
        ]
    }

    /// A family or protocol that the kernel does not have yet is one that it may load a module for, so only those that
    /// programs live on are let through: TCP, UDP and ping, routes and the list of sockets.
    private func socketChecks(_ unixFamily: UInt32) -> [Instruction] {
        let internet =
            [load(Field.argument(1))]
            // SOCK_STREAM, SOCK_DGRAM and SOCK_RAW, which takes a right that nobody has, are without these bits.
            + when(Instruction.jumpIfAnyBit, 0xC, .refuse(errno: LinuxError.socketTypeNotSupported))
            + protocols([0, 1, 6, 17, 58])
        let netlink = protocols([0, 4])  // NETLINK_ROUTE, NETLINK_SOCK_DIAG
        return [load(Field.argument(0))] + when(Instruction.jumpIfEqual, unixFamily, .allow)
            + block(2, internet) + block(10, internet) + block(16, netlink)
            + [answer(.refuse(errno: LinuxError.familyNotSupported))]
    }

    /// Answers by the third argument.
    private func protocols(_ allowed: [UInt32]) -> [Instruction] {
        [load(Field.argument(2))] + allowed.flatMap { when(Instruction.jumpIfEqual, $0, .allow) }
            + [answer(.refuse(errno: LinuxError.protocolNotSupported))]
    }

    /// `checks`, which must end in an answer, where what is loaded is `value`.
    private func block(_ value: UInt32, _ checks: [Instruction]) -> [Instruction] {
        [jump(Instruction.jumpIfEqual, value, ifFalse: UInt8(checks.count))] + checks
    }

    private func load(_ field: UInt32) -> Instruction { Instruction(code: Instruction.loadWord, value: field) }

    private func jump(_ code: UInt16, _ value: UInt32, ifTrue: UInt8 = 0, ifFalse: UInt8 = 0) -> Instruction {
        Instruction(code: code, ifTrue: ifTrue, ifFalse: ifFalse, value: value)
    }

    private func answer(_ verdict: Verdict) -> Instruction {
        Instruction(code: Instruction.giveBack, value: verdict.value)
    }

    private func when(_ code: UInt16, _ value: UInt32, _ verdict: Verdict) -> [Instruction] {
        [jump(code, value, ifFalse: 1), answer(verdict)]
    }

    private func unless(_ code: UInt16, _ value: UInt32, _ verdict: Verdict) -> [Instruction] {
        [jump(code, value, ifTrue: 1), answer(verdict)]
    }
}
