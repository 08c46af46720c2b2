/// A system call by its number on each architecture.
struct SystemCall: Sendable, Equatable {
    var name: String
    var x86: UInt32?
    var arm: UInt32?
    /// What a refused one gives.
    var errno = LinuxError.notPermitted

    func number(on architecture: SystemCallFilter.Architecture) -> UInt32? {
        architecture == .x86 ? x86 : arm
    }

    static let clone = SystemCall(name: "clone", x86: 56, arm: 220)
    static let unshare = SystemCall(name: "unshare", x86: 272, arm: 97)
    static let socket = SystemCall(name: "socket", x86: 41, arm: 198)
    static let socketpair = SystemCall(name: "socketpair", x86: 53, arm: 199)
    static let ioctl = SystemCall(name: "ioctl", x86: 16, arm: 29)
    static let personality = SystemCall(name: "personality", x86: 135, arm: 92)

    /// What comes after this number (rseq_slice_yield) was not there when the list was made, and nobody has looked
    /// whether it is harmless. From 424 on the numbers of both architectures are the same.
    static let newest: UInt32 = 471

    /// Refused whatever they are given.
    static let refused = [
        // Its flags lie in memory, where no filter can look; C libraries go on with clone().
        SystemCall(name: "clone3", x86: 435, arm: 435, errno: LinuxError.notImplemented),
        SystemCall(name: "setns", x86: 308, arm: 268),
        SystemCall(name: "mount", x86: 165, arm: 40),
        SystemCall(name: "umount2", x86: 166, arm: 39),
        SystemCall(name: "pivot_root", x86: 155, arm: 41),
        SystemCall(name: "chroot", x86: 161, arm: 51),
        SystemCall(name: "open_tree", x86: 428, arm: 428),
        SystemCall(name: "move_mount", x86: 429, arm: 429),
        SystemCall(name: "fsopen", x86: 430, arm: 430),
        SystemCall(name: "fsconfig", x86: 431, arm: 431),
        SystemCall(name: "fsmount", x86: 432, arm: 432),
        SystemCall(name: "fspick", x86: 433, arm: 433),
        SystemCall(name: "mount_setattr", x86: 442, arm: 442),
        SystemCall(name: "open_tree_attr", x86: 467, arm: 467),
        // They say where on the host mounts come from, in more words than mountinfo.
        SystemCall(name: "statmount", x86: 457, arm: 457, errno: LinuxError.notImplemented),
        SystemCall(name: "listmount", x86: 458, arm: 458, errno: LinuxError.notImplemented),
        SystemCall(name: "listns", x86: 470, arm: 470, errno: LinuxError.notImplemented),
        SystemCall(name: "open_by_handle_at", x86: 304, arm: 265),
        SystemCall(name: "quotactl", x86: 179, arm: 60),
        SystemCall(name: "quotactl_fd", x86: 443, arm: 443),
        SystemCall(name: "swapon", x86: 167, arm: 224),
        SystemCall(name: "swapoff", x86: 168, arm: 225),
        // Keys of a user are the same in all of the user's sandboxes, and the session's come from outside.
        SystemCall(name: "add_key", x86: 248, arm: 217),
        SystemCall(name: "request_key", x86: 249, arm: 218),
        SystemCall(name: "keyctl", x86: 250, arm: 219),
        SystemCall(name: "bpf", x86: 321, arm: 280),
        SystemCall(name: "perf_event_open", x86: 298, arm: 241),
        SystemCall(name: "userfaultfd", x86: 323, arm: 282),
        SystemCall(name: "fanotify_init", x86: 300, arm: 262),
        // Tells in which order the kernel's objects lie in its memory.
        SystemCall(name: "kcmp", x86: 312, arm: 272),
        SystemCall(name: "lookup_dcookie", x86: 212, arm: 18),
        SystemCall(name: "io_uring_setup", x86: 425, arm: 425, errno: LinuxError.notImplemented),
        SystemCall(name: "io_uring_enter", x86: 426, arm: 426, errno: LinuxError.notImplemented),
        SystemCall(name: "io_uring_register", x86: 427, arm: 427, errno: LinuxError.notImplemented),
        SystemCall(name: "kexec_load", x86: 246, arm: 104),
        SystemCall(name: "kexec_file_load", x86: 320, arm: 294),
        SystemCall(name: "init_module", x86: 175, arm: 105),
        SystemCall(name: "finit_module", x86: 313, arm: 273),
        SystemCall(name: "delete_module", x86: 176, arm: 106),
        SystemCall(name: "reboot", x86: 169, arm: 142),
        SystemCall(name: "acct", x86: 163, arm: 89),
        SystemCall(name: "syslog", x86: 103, arm: 116),
        SystemCall(name: "vhangup", x86: 153, arm: 58),
        SystemCall(name: "settimeofday", x86: 164, arm: 170),
        SystemCall(name: "clock_settime", x86: 227, arm: 112),
        SystemCall(name: "modify_ldt", x86: 154),
        SystemCall(name: "iopl", x86: 172),
        SystemCall(name: "ioperm", x86: 173),
        // No program has made these for decades.
        SystemCall(name: "uselib", x86: 134, errno: LinuxError.notImplemented),
        SystemCall(name: "ustat", x86: 136, errno: LinuxError.notImplemented),
        SystemCall(name: "sysfs", x86: 139, errno: LinuxError.notImplemented),
    ]
}

/// Linux's own numbers: a sandbox runs Linux on every host.
enum LinuxError {
    static let notPermitted: Int32 = 1
    static let notImplemented: Int32 = 38
    static let protocolNotSupported: Int32 = 93
    static let socketTypeNotSupported: Int32 = 94
    static let familyNotSupported: Int32 = 97
}
