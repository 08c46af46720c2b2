import Foundation
import OneShotProcess
import Testing

@testable import OneShotSandbox

/// What somebody tries who wants out of a sandbox. Each attempt says its name when it has worked.
@Suite("Integration: attacks on a sandbox from inside", .serialized, .timeLimit(.minutes(4)))
struct SandboxAttackTests {
    @Test("nothing of it works", arguments: TestEngine.available)
    func attacks(engine: TestEngine) async throws {
        let calls = SystemCall.refused.compactMap { call in
            call.number(on: Self.architecture).map { "\(call.name):\($0):\(call.errno)" }
        }
        try await engine.withSandbox { sandbox, _ in
            let result = try await sandbox.run(["python3", "-c", attempts, calls.joined(separator: ",")])
            #expect(result.text == "end\n", "\(result.errorText)")
        }
    }

    @Test("the first process cannot be looked into, stopped or made to speak", arguments: TestEngine.available)
    func firstProcess(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, _ in
            let script = """
                for file in environ mem maps fd/1 root/etc/passwd cwd/etc/passwd auxv stack; do
                    head -c1 /proc/1/$file >/dev/null 2>&1 && echo "read $file"
                done
                echo forged 2>/dev/null >/proc/1/fd/1 && echo wrote
                ls /proc/1/fd >/dev/null 2>&1 && echo listed
                kill -STOP 1; kill -KILL 1; kill -TERM 1; echo end
                """
            let result = try await sandbox.run(["sh", "-c", script])
            #expect(result.text == "end\n")
        }
    }

    @Test("every process is under the filter, and cannot take it off", arguments: TestEngine.available)
    func filter(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, _ in
            let script = "setsid sh -c 'cat /proc/self/status' | grep -E '^(Seccomp|NoNewPrivs):'"
            let result = try await sandbox.run(["sh", "-c", script])
            #expect(result.text == "NoNewPrivs:\t1\nSeccomp:\t2\n")
            // Threads, and what forks and waits, go on as always.
            let threads = """
                import subprocess, threading
                threads = [threading.Thread(target=subprocess.run, args=(["true"],)) for _ in range(4)]
                for thread in threads: thread.start()
                for thread in threads: thread.join()
                print("done")
                """
            let run = try await sandbox.run(["python3", "-c", threads])
            #expect(run.text == "done\n")
        }
    }

    @Test("no unix socket of the host is to be found", arguments: TestEngine.available)
    func sockets(engine: TestEngine) async throws {
        try await engine.withSandbox { sandbox, _ in
            let found = try await sandbox.run(["sh", "-c", "find / -xdev -type s 2>/dev/null; cat /proc/net/unix"])
            #expect(found.text.split(separator: "\n").count == 1)
        }
    }

    private static let architecture: SystemCallFilter.Architecture = {
        #if arch(arm64)
            .arm
        #else
            .x86
        #endif
    }()
}

/// Prints the name of each attempt that has worked, and `end`.
private let attempts = """
    import ctypes, errno, fcntl, mmap, os, resource, socket, stat, struct, subprocess, sys
    libc = ctypes.CDLL(None, use_errno=True)

    def attempt(name, action):
        try:
            if action() is not False:
                print(name)
        except (OSError, ValueError) as error:
            print(name, error, file=sys.stderr)

    def call(*words):
        ctypes.set_errno(0)
        if libc.syscall(*map(ctypes.c_long, words)) < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    for entry in sys.argv[1].split(","):
        name, number, expected = entry.split(":")
        try:
            call(int(number), 0, 0, 0, 0, 0, 0)
            print(name)
        except OSError as error:
            if error.errno != int(expected):
                print(name, error)

    def write(path, text="1"):
        with open(path, "w") as file:
            file.write(text)

    def device(number, kind=stat.S_IFBLK):
        os.mknod("/tmp/device", kind | 0o666, number)

    def rights():
        # A program of ours with every bit that gives rights is still ours.
        subprocess.run(["cp", "/bin/sh", "/tmp/sh"], check=True)
        os.chmod("/tmp/sh", 0o6755)
        inside = subprocess.run(["/tmp/sh", "-p", "-c", "id -u; id -g"], capture_output=True, text=True).stdout
        return inside.split() != [str(os.getuid()), str(os.getgid())]

    def setuid_programs():
        user = os.getuid()
        for directory in ("/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/lib"):
            for program in os.scandir(directory):
                if not program.is_file() or not program.stat().st_mode & stat.S_ISUID:
                    continue
                child = subprocess.Popen([program.path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)
                try:
                    with open("/proc/%d/status" % child.pid) as status:
                        line = next(line for line in status if line.startswith("Uid:"))
                    if set(line.split()[1:]) != {str(user)}:
                        return True
                finally:
                    child.kill()
                    child.wait()
        return False

    def ptrace():
        ctypes.set_errno(0)
        if libc.ptrace(16, 1, 0, 0) < 0:  # PTRACE_ATTACH
            raise OSError(ctypes.get_errno(), "ptrace")

    def hard_limit():
        _, hard = resource.getrlimit(resource.RLIMIT_NPROC)
        if hard == resource.RLIM_INFINITY:
            return False
        resource.setrlimit(resource.RLIMIT_NPROC, (hard + 1, hard + 1))

    def namespace(kind):
        ctypes.set_errno(0)
        if libc.unshare(kind) < 0:
            raise OSError(ctypes.get_errno(), "unshare")

    for kind in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
        attempt("unshare %x" % kind, lambda: namespace(kind))
    attempt("setuid", lambda: os.setuid(0))
    attempt("setgid", lambda: os.setgid(0))
    attempt("setgroups", lambda: os.setgroups([0]))
    attempt("chown", lambda: (write("/tmp/x"), os.chown("/tmp/x", 0, 0)))
    attempt("rights of a file", rights)
    attempt("rights of a program", setuid_programs)
    attempt("chroot", lambda: os.chroot("/tmp"))
    attempt("ptrace of the first process", ptrace)
    attempt("a block device", lambda: device(os.makedev(254, 0)))
    attempt("the memory device", lambda: device(os.makedev(1, 1), stat.S_IFCHR))
    attempt("a higher limit", hard_limit)
    attempt("real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
    attempt("priority", lambda: os.setpriority(os.PRIO_PROCESS, 0, -5))
    for family, kind, protocol in ((2, 3, 1), (10, 3, 58), (17, 3, 768), (38, 5, 0), (40, 1, 0), (40, 2, 0),
                                   (2, 1, 132), (10, 5, 132), (2, 6, 33), (2, 2, 115), (16, 3, 12), (16, 3, 21), (30, 5, 0)):
        attempt("socket %d %d" % (family, protocol), lambda: socket.socket(family, kind, protocol).close())
    attempt("a pair of sockets", lambda: [end.close() for end in socket.socketpair(30, 5, 0)])
    for persona in (1, 0x100000, 0x400000):
        attempt("personality %x" % persona, lambda: libc.personality(ctypes.c_ulong(persona)) != -1)

    def discipline():
        master, terminal = os.openpty()
        fcntl.ioctl(terminal, 0x5423, struct.pack("i", 21))  # TIOCSETD, N_GSM0710

    def typing():
        master, terminal = os.openpty()
        fcntl.ioctl(terminal, 0x5412, b"x")  # TIOCSTI

    def upper():
        # The upper half of the command is not looked at, by the filter or by the kernel.
        master, terminal = os.openpty()
        call({"x86_64": 16, "aarch64": 29}[os.uname().machine], terminal, 0x7F00005423, ctypes.addressof(ctypes.c_int(21)))

    attempt("a line discipline", discipline)
    attempt("typing for others", typing)
    attempt("a line discipline by another number", upper)

    def other_abi(code):
        # In a process of its own: where the kernel has no such calls it is killed.
        child = os.fork()
        if child == 0:
            page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
            page.write(code)
            function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
            os._exit(0 if function() >= 0 else 1)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    if os.uname().machine == "x86_64":
        # mov eax, 20 (getpid of i386); int 0x80; ret
        attempt("a 32-bit call", lambda: other_abi(b"\\xb8\\x14\\x00\\x00\\x00\\xcd\\x80\\xc3"))
        # mov eax, 0x40000027 (getpid of x32); syscall; ret
        attempt("an x32 call", lambda: other_abi(b"\\xb8\\x27\\x00\\x00\\x40\\x0f\\x05\\xc3"))
        # The same with 39 shows that the attempt itself is sound.
        if not other_abi(b"\\xb8\\x27\\x00\\x00\\x00\\x0f\\x05\\xc3"):
            print("machine code does not run")
    for number in (472, 512, 547, 600):
        attempt("call %d" % number, lambda: call(number, 0, 0, 0, 0, 0, 0))
    for path in ("/dev/mem", "/dev/kmsg", "/dev/port", "/dev/vda", "/dev/sda", "/dev/loop0", "/dev/loop-control",
                 "/dev/fuse", "/dev/kvm", "/dev/net/tun", "/dev/vsock", "/dev/mapper/control", "/proc/kcore",
                 "/proc/kmsg", "/sys/kernel/debug", "/sys/fs/bpf/x"):
        attempt("open " + path, lambda: os.close(os.open(path, os.O_RDWR)))
    for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/drop_caches",
                 "/proc/sysrq-trigger", "/sys/kernel/uevent_helper", "/proc/1/oom_score_adj",
                 "/sys/fs/cgroup/memory/release_agent", "/sys/fs/cgroup/cgroup.procs",
                 "/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max",
                 "/sys/fs/cgroup/pids/pids.max"):
        attempt("write " + path, lambda: write(path))
    attempt("a lower score", lambda: write("/proc/self/oom_score_adj", "-500"))
    for root in ("/sys/fs/cgroup", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/unified"):
        attempt("a group in " + root, lambda: os.mkdir(root + "/mine"))
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) == 1:
            attempt("memory of 1", lambda: open("/proc/1/mem", "rb").close())
            attempt("environment of 1", lambda: open("/proc/1/environ", "rb").read())
            attempt("files of 1", lambda: os.listdir("/proc/1/fd"))
    print("end")
    """
