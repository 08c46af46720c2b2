/// The program that runs a task's tests inside the verifier's sandbox. Python's standard library only.
///
/// A supervisor reads the names of the tests from the file's syntax tree and never runs any of its code; workers, one
/// after the other, import it and run the tests. So code under test that ends its process, hangs, or tampers with
/// the modules around it costs the tests of its worker and cannot touch the report: the supervisor cannot be
/// inspected by processes of the same user (`PR_SET_DUMPABLE`), and its report carries a nonce from a
/// file that is gone before the first worker starts. Whatever a worker leaves running is killed before the next one starts.
enum RunnerProgram {
    /// The command that runs it.
    ///
    /// - Parameters:
    ///   - program: the path of ``text``.
    ///   - nonce: the path of a file that holds the nonce; the program removes it before it runs any test.
    ///   - seconds: for all tests together.
    ///   - plan: the path of a file with the suites to run after the functions; none when nil.
    static func command(
        program: String,
        script: String,
        workspace: String,
        nonce: String,
        seconds: Int,
        plan: String? = nil
    ) -> [String] {
        // -I: nothing from the environment, the working directory or the user's site packages.
        ["python3", "-I", "-B", program, script, workspace, nonce, String(seconds)] + [plan].compactMap(\.self)
    }

    /// What the message of a test begins with whose file cannot be imported.
    static let unimportable = "the tests cannot be imported"

    /// Exit codes: 0 every test passed or was skipped, 1 not so, 2 the test file itself is broken.
    static let text = head + SuiteProgram.text + supervisor

    private static let head = #"""
        import ast, glob, json, os, select, shutil, signal, stat, subprocess, sys, tempfile, time


        def harden():
            """Closes this process's descriptors and memory to others of the same user; adopts orphans."""
            try:
                import ctypes
                libc = ctypes.CDLL(None)
                libc.prctl(4, 0, 0, 0, 0)   # PR_SET_DUMPABLE
                libc.prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
            except Exception:
                pass                        # no Linux, or no ctypes: the nonce still holds


        # --- The supervisor -----------------------------------------------------------------------------------------


        def declared_tests(tree):
            """The names that the file's text declares, without running it."""
            names, cases = [], set()
            for node in tree.body:
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
                    names.append(node.name)
                elif isinstance(node, ast.ClassDef):
                    bases = {ast.unparse(base).split(".")[-1] for base in node.bases}
                    if any(base.endswith("TestCase") for base in bases) or bases & cases:
                        cases.add(node.name)
                        names += [
                            node.name + "." + part.name
                            for part in node.body
                            if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)) and part.name.startswith("test")
                        ]
            return names


        def orphans():
            """The processes whose parent is this one, by the kernel's own list."""
            try:
                entries = [entry for entry in os.listdir("/proc") if entry.isdigit()]
            except OSError:
                return []
            found = []
            for entry in entries:
                try:
                    with open("/proc/%s/stat" % entry, "rb") as file:
                        fields = file.read().rpartition(b")")[2].split()
                    if int(fields[1]) == os.getpid():
                        found.append(int(entry))
                except (OSError, ValueError, IndexError):
                    pass
            return found


        def kill_tree(worker):
            """Ends a worker with everything that it has started."""
            for target in (lambda: os.killpg(worker.pid, signal.SIGKILL), worker.kill):
                try:
                    target()
                except OSError:
                    pass
            worker.wait()
            for _ in range(200):
                left = orphans()
                if not left:
                    return
                for pid in left:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except OSError:
                        pass
                try:
                    while os.waitpid(-1, os.WNOHANG)[0]:
                        pass
                except OSError:
                    pass
                time.sleep(0.005)


        def events(worker, descriptor, deadline):
            """The worker's messages until it ends; ends by itself when the time is up."""
            buffer = b""
            while True:
                wait = deadline - time.monotonic()
                if wait <= 0:
                    return
                if select.select([descriptor], [], [], min(wait, 0.1))[0]:
                    chunk = os.read(descriptor, 65536)
                    if not chunk:
                        return
                    buffer += chunk
                    *lines, buffer = buffer.split(b"\n")
                    for line in lines:
                        try:
                            yield json.loads(line)
                        except ValueError:
                            pass
                    if len(buffer) > 1 << 24:
                        return
                elif worker.poll() is not None:
                    return


        def how_it_ended(worker, late, seconds):
            if late:
                return "not finished when the time for all tests, %g s, was up" % seconds
            code = worker.returncode
            return "its process was ended by signal %d" % -code if code < 0 else "its process exited with %d" % code


        """#

    private static let supervisor = #"""
        def supervise(script, workspace, channel, seconds, plan):
            harden()
            suites = []
            if plan:
                with open(plan, encoding="utf-8") as file:
                    suites = json.load(file)
            with open(channel) as file:
                nonce = file.read()
            os.remove(channel)
            report = os.dup(1)              # not inheritable
            os.dup2(2, 1)
            os.chdir(workspace)

            def say(document):
                data = ("\n%s %s\n" % (nonce, json.dumps(document))).encode()
                while data:
                    data = data[os.write(report, data):]

            def finish(document, code):
                say(document)
                sys.exit(code)

            try:
                with open(script, "rb") as file:
                    pending = declared_tests(ast.parse(file.read(), filename=script))
            except SyntaxError as error:
                finish({"error": "%s, line %s: %s" % (os.path.basename(script), error.lineno, error.msg)}, 2)
            except (OSError, ValueError) as error:
                finish({"error": str(error)}, 2)

            # So that whoever ends this process has failed all of them.
            say({"declared": pending + [suite["id"] for suite in suites]})
            results, deadline, late = {}, time.monotonic() + seconds, False

            def settle(name, status, message, spent=0.0):
                results.setdefault(name, {
                    "name": name, "status": status, "duration": round(spent, 4), "message": message[:4000],
                })
                if name in pending:
                    pending.remove(name)

            while True:
                read, write = os.pipe()
                worker = subprocess.Popen(
                    [sys.executable, "-I", "-B", os.path.abspath(__file__), "--worker", script, workspace, str(write)],
                    stdin=subprocess.PIPE, stdout=2, stderr=2, pass_fds=(write,), start_new_session=True,
                )
                os.close(write)
                try:
                    worker.stdin.write(json.dumps(sorted(results)).encode())
                    worker.stdin.close()
                except OSError:
                    pass
                current, done, collected, began = None, False, False, time.monotonic()
                for event in events(worker, read, deadline):
                    kind = event.get("event")
                    if kind == "collected":
                        collected = True
                        pending += [name for name in event["tests"] if name not in pending and name not in results]
                    elif kind == "start":
                        current, began = event["test"], time.monotonic()
                    elif kind == "end" and event["test"] == current:
                        settle(current, event["status"], event["message"], time.monotonic() - began)
                        current = None
                    elif kind == "broken":
                        for name in list(pending):
                            settle(name, "error", event["message"])
                        done = True
                    elif kind == "done":
                        done = True
                        break
                late = time.monotonic() >= deadline
                if not late and not done:
                    try:
                        worker.wait(1)
                    except subprocess.TimeoutExpired:
                        pass
                kill_tree(worker)
                os.close(read)
                if not done:
                    message = how_it_ended(worker, late, seconds)
                    if current is not None:
                        settle(current, "error", message, time.monotonic() - began)
                    if late or not collected or current is None:
                        for name in list(pending):
                            settle(name, "error", message)
                else:
                    for name in list(pending):
                        settle(name, "error", "the test is in the file and was not run")
                if done or late or not pending:
                    break

            ok = all(result["status"] in ("passed", "skipped") for result in results.values())
            reports, environment, size = [], clean_environment(workspace), 0
            for suite in suites:
                result = run_suite(suite, workspace, environment, deadline)
                length = len(json.dumps(result))
                size += length
                if size > TOTAL:
                    size -= length
                    result = {"id": suite["id"], "runs": [], "reports": [], "problem": "it printed too much to be kept"}
                reports.append(result)
            finish({"tests": list(results.values()), "suites": reports}, 0 if ok else 1)


        # --- The worker ---------------------------------------------------------------------------------------------


        def work(script, workspace, descriptor, finished):
            import asyncio, importlib.util, inspect, traceback, unittest
            harden()
            os.set_inheritable(descriptor, False)

            def send(**event):
                data = json.dumps(event).encode() + b"\n"
                while data:
                    data = data[os.write(descriptor, data):]

            def describe(error):
                return "".join(traceback.format_exception_only(*error[:2])).strip()

            class Result(unittest.TestResult):
                """The first thing that went wrong decides."""
                status, message = "passed", ""

                def note(self, status, message):
                    if self.status in ("passed", "skipped"):
                        self.status, self.message = status, message

                def addError(self, test, error):
                    traceback.print_exception(*error)
                    self.note("error", describe(error))

                def addFailure(self, test, error):
                    traceback.print_exception(*error)
                    self.note("failed", describe(error))

                def addSkip(self, test, reason):
                    self.note("skipped", reason)

                def addSubTest(self, test, subtest, error):
                    if error is not None:
                        failed = issubclass(error[0], test.failureException)
                        (self.addFailure if failed else self.addError)(subtest, error)

                def addUnexpectedSuccess(self, test):
                    self.note("failed", "passed although it was expected to fail")

            def run_function(function, result):
                try:
                    if inspect.iscoroutinefunction(function):
                        asyncio.run(function())
                    else:
                        function()
                except unittest.SkipTest as skip:
                    result.addSkip(None, str(skip))
                except AssertionError:
                    result.addFailure(None, sys.exc_info())
                except BaseException:
                    result.addError(None, sys.exc_info())

            # The task's own directory first; the agent's tree last, where it hides no module of the library.
            sys.path.insert(0, os.path.dirname(script))
            sys.path.append(workspace)
            try:
                spec = importlib.util.spec_from_file_location("test_skeleton", script)
                module = importlib.util.module_from_spec(spec)
                sys.modules["test_skeleton"] = module
                spec.loader.exec_module(module)
            except BaseException:
                traceback.print_exc()
                send(event="broken", message="\#(unimportable): " + describe(sys.exc_info()))
                return

            tests = []
            for name, value in list(vars(module).items()):
                if getattr(value, "__module__", None) != module.__name__:
                    continue
                if inspect.isfunction(value) and name.startswith("test_"):
                    tests.append((name, lambda result, value=value: run_function(value, result)))
                elif inspect.isclass(value) and issubclass(value, unittest.TestCase):
                    for method in unittest.defaultTestLoader.getTestCaseNames(value):
                        suite = lambda result, value=value, method=method: unittest.TestSuite([value(method)]).run(result)
                        tests.append((name + "." + method, suite))

            send(event="collected", tests=[name for name, _ in tests])
            for name, run in tests:
                if name in finished:
                    continue
                print("--- " + name, file=sys.stderr, flush=True)
                result = Result()
                send(event="start", test=name)
                try:
                    run(result)
                except BaseException:
                    result.addError(None, sys.exc_info())
                sys.stdout.flush()
                send(event="end", test=name, status=result.status, message=result.message[:4000])
            send(event="done")


        if __name__ == "__main__":
            if sys.argv[1] == "--worker":
                work(sys.argv[2], sys.argv[3], int(sys.argv[4]), set(json.load(sys.stdin)))
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)
            plan = sys.argv[5] if len(sys.argv) > 5 else None
            supervise(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3], float(sys.argv[4]), plan)

        """#
}
