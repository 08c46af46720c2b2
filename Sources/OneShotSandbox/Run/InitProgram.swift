import Foundation

/// The first process of a sandbox: it closes itself to the others, puts the ``SystemCallFilter`` on itself and on all that
/// come from it, says that it is there, forwards the one port, starts the command, collects orphans, and ends with the
/// command's exit code, whereupon the kernel ends everything else in the sandbox.
///
/// It is Python because that is in every environment of ours, whatever its C library; a binary of ours is not.
enum InitProgram {
    /// Where the program and the socket are inside.
    static let directory = "/run/oneshot"
    static let path = directory + "/init.py"
    static let socketPath = directory + "/forward.sock"

    /// The first bytes on standard output. Without them, whatever the output says came from the engine and not from the
    /// command.
    static let mark = Data("\0oneshot\n".utf8)

    /// The words that run `command` under the program.
    ///
    /// - Parameter fileBytes: the size of the largest file that can be written.
    static func arguments(
        python: String,
        network: SandboxSpecification.Network,
        fileBytes: Int,
        command: [String]
    ) -> [String] {
        let forward =
            switch network {
            case .none: ["-", "-"]
            case .forwarded(let port, _): [String(port), socketPath]
            }
        return [python, "-I", "-S", path] + forward + [String(fileBytes)] + command
    }

    /// `init.py PORT SOCKET BYTES COMMAND…`; PORT and SOCKET are `-` where nothing is forwarded.
    static let source = imports + filters + forwarding + starting

    private static let imports = """
        import os, resource, selectors, signal, socket, sys, threading, time


        """

    /// By the machine's name, in hexadecimal digits.
    private static let filters = SystemCallFilter.Architecture.allCases.reduce("FILTERS = {}\n") { text, architecture in
        let digits = SystemCallFilter(architecture: architecture).bytes.map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return text + "FILTERS[\"\(architecture.rawValue)\"] = \"\(digits.joined())\"\n"
    }

    private static let forwarding = #"""

        READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
        BUFFER = 1 << 18


        class End:
            """One end of a forwarded connection, with the bytes that wait to be written to it."""

            def __init__(self, sock):
                sock.setblocking(False)
                self.sock, self.waiting, self.peer = sock, bytearray(), None
                self.at_end = self.shut = self.closed = False
                self.events = 0

            def wanted(self):
                events = 0
                if not self.at_end and len(self.peer.waiting) < BUFFER:
                    events |= READ
                if self.waiting or (self.peer.at_end and not self.shut):
                    events |= WRITE
                return events

            def handle(self, ready):
                if ready & READ:
                    data = self.sock.recv(65536)
                    self.peer.waiting += data
                    self.at_end = not data
                if ready & WRITE:
                    if self.waiting:
                        del self.waiting[:self.sock.send(self.waiting)]
                    if not self.waiting and self.peer.at_end and not self.shut:
                        self.shut = True
                        self.sock.shutdown(socket.SHUT_WR)


        def watch(selector, end):
            wanted = end.wanted()
            if wanted == end.events:
                return
            if not end.events:
                selector.register(end.sock, wanted, end)
            elif not wanted:
                selector.unregister(end.sock)
            else:
                selector.modify(end.sock, wanted, end)
            end.events = wanted


        def close(selector, *ends):
            for end in ends:
                if end.events:
                    selector.unregister(end.sock)
                end.events, end.closed = 0, True
                end.sock.close()


        def accept(selector, listener, path):
            try:
                client = End(listener.accept()[0])
            except OSError:
                time.sleep(0.01)
                return
            upstream = socket.socket(socket.AF_UNIX)
            try:
                upstream.connect(path)
            except OSError:
                upstream.close()
                client.sock.close()
                return
            client.peer = End(upstream)
            client.peer.peer = client
            watch(selector, client)
            watch(selector, client.peer)


        def forward(listener, path):
            selector = selectors.DefaultSelector()
            listener.setblocking(False)
            selector.register(listener, READ)
            while True:
                for key, ready in selector.select():
                    end = key.data
                    if end is None:
                        accept(selector, listener, path)
                        continue
                    if end.closed:
                        continue
                    peer = end.peer
                    try:
                        end.handle(ready)
                    except BlockingIOError:
                        pass
                    except OSError:
                        close(selector, end, peer)
                        continue
                    if end.shut and peer.shut:
                        close(selector, end, peer)
                    else:
                        watch(selector, end)
                        watch(selector, peer)


        """#

    private static let starting = #"""
        def restrict(size):
            """For this process and all that it starts; where that cannot be had, nothing is started."""
            try:
                import ctypes
            except ImportError:
                sys.exit("python3 in the sandbox has no ctypes; install python3 whole, not python3-minimal")
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            machine = os.uname().machine
            if machine == "arm64":
                machine = "aarch64"
            if machine not in FILTERS:
                sys.exit("there is no filter of system calls for " + machine)
            code = bytes.fromhex(FILTERS[machine])
            buffer = ctypes.create_string_buffer(code, len(code))

            class Program(ctypes.Structure):
                _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

            program = Program(len(code) // 8, ctypes.addressof(buffer))
            prctl = ctypes.CDLL(None, use_errno=True).prctl
            for option, value, more in (
                (4, 0, 0),                                # PR_SET_DUMPABLE: no other process may look into this one
                (38, 1, 0),                               # PR_SET_NO_NEW_PRIVS
                (22, 2, ctypes.addressof(program)),       # PR_SET_SECCOMP, SECCOMP_MODE_FILTER
            ):
                if prctl(option, *map(ctypes.c_ulong, (value, more, 0, 0))):
                    sys.exit("prctl %d: %s" % (option, os.strerror(ctypes.get_errno())))


        def start(command):
            child = os.fork()
            if child:
                return child
            for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            try:
                os.execvp(command[0], command)
            except OSError as error:
                os.write(2, ("%s: %s\n" % (command[0], error.strerror)).encode())
                os._exit(127 if isinstance(error, FileNotFoundError) else 126)


        def main():
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            restrict(int(sys.argv[3]))
            port, path, command = sys.argv[1], sys.argv[2], sys.argv[4:]
            listener = None
            if port != "-":
                listener = socket.socket()
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(("127.0.0.1", int(port)))
                listener.listen(512)
            os.write(1, b"\0oneshot\n")
            child = start(command)
            if listener:
                threading.Thread(target=forward, args=(listener, path), daemon=True).start()
            while True:
                ended, status = os.wait()
                if ended == child:
                    os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


        main()

        """#
}
