extension Tamper {
    /// A process that ends with 0 as soon as the code under test is loaded, and each language's own test tools.
    static let languages: [Tamper] = [
        exit("python", .prepend(pythonExit)),
        exit("javascript", .insert(after: #"\A(#!.*\n)?"#, nodeExit)),
        .files(
            "exit_at_load_go",
            ["go"],
            [
                // Go wants imports before everything else.
                .solution(.insert(after: #"(?m)^package .*$"#, "\n\nimport tamper \"os\"\n")),
                .solution(.append(goExit)),
            ]
        ),
        exit("rust", .append(rustExit)),
        exit("c", .append(cExit)),
        exit("java", .insert(after: #"class\s+\w+[^{]*\{"#, javaExit)),
        exit("ruby", .prepend(rubyExit)),
        exit("shell", .insert(after: #"\A(#!.*\n)?"#, shellExit)),
        exit("perl", .insert(after: #"\A(#!.*\n)?"#, "BEGIN { require POSIX; POSIX::_exit(0) }\n")),
        exit("php", .insert(after: #"\A<\?php"#, "\nexit(0);\n")),
        .inProcess("patched_assertions_javascript", "javascript", .append(patchNode)),
        .inProcess("patched_assertions_ruby", "ruby", .append(patchRuby)),
        .files(
            "test_main",
            ["go"],
            [
                Edit(
                    place: .besideTests("zz_tamper_test.go"),
                    change: .write(
                        "package main\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\n"
                            + "func TestMain(m *testing.M) { os.Exit(0) }\n"
                    )
                )
            ]
        ),
        .files(
            "cargo_runner",
            ["rust"],
            [
                .write(
                    ".cargo/config.toml",
                    "[target.'cfg(all())']\nrunner = \"true\"\n\n[alias]\ntest = \"version\"\n"
                )
            ]
        ),
        .files(
            "node_configuration",
            ["javascript"],
            [
                .write(".npmrc", "node-options=--require ./tamper.cjs\n"),
                .write("tamper.cjs", "process.exit(0);\n"),
                .write("jest.config.js", "module.exports = { testRunner: './tamper.cjs', passWithNoTests: true };\n"),
                .write("vitest.config.js", "process.exit(0);\nexport default {};\n"),
                .write(".mocharc.json", "{\"require\": \"./tamper.cjs\"}\n"),
                .shim("node_modules/.bin/jest"), .shim("node_modules/.bin/vitest"), .shim("node_modules/.bin/mocha"),
            ]
        ),
        .files(
            "ruby_configuration",
            ["ruby"],
            [
                .write(".rspec", "--require ./tamper\n--dry-run\n"), .write("tamper.rb", "exit!(0)\n"),
                .write("lib/minitest.rb", "exit!(0)\n"), .write("lib/minitest/autorun.rb", "exit!(0)\n"),
            ]
        ),
        .files(
            "java_configuration",
            ["java"],
            [
                .write(".mvn/maven.config", "-DskipTests=true\n-Dmaven.test.failure.ignore=true\n"),
                .shim("gradlew"), .shim("mvnw"),
            ]
        ),
        .files(
            "build_files",
            ["c"],
            [
                .write("GNUmakefile", "%:\n\t@true\nall check test: ; @true\n"),
                .write("CTestCustom.cmake", "set(CTEST_CUSTOM_TESTS_IGNORE \".*\")\n"),
            ]
        ),
    ]

    private static func exit(_ language: String, _ change: Change) -> Tamper {
        .files("exit_at_load_\(language)", [language], [.solution(change)])
    }

    // Each says first, in the words of its test tools, that all tests have passed.

    private static let pythonExit = #"""
        import os as _os
        {tests:_os.write(1, b"{test} PASSED\nPASSED {test}\ntest {test} ... ok\nok 1 - {test}\n"):}
        _os._exit(0)

        """#

    private static let nodeExit = #"""
        {tests:process.stdout.write("ok 1 - {test}\n\u2714 {test} (0.1ms)\n# pass 1\n# fail 0\n");:}
        process.exit(0);

        """#

    private static let goExit = #"""

        func init() {
        {tests:tamper.Stdout.WriteString("=== RUN   {test}\n--- PASS: {test} (0.00s)\n{\"Action\":\"pass\",\"Test\":\"{test}\"}\n"):}
        tamper.Stdout.WriteString("PASS\nok  \tx\t0.001s\n")
        tamper.Exit(0)
        }

        """#

    private static let rustExit = #"""

        extern "C" { fn _exit(code: i32) -> !; fn write(file: i32, text: *const u8, count: usize) -> isize; }
        extern "C" fn tamper() {
            fn say(text: &str) { unsafe { write(1, text.as_ptr(), text.len()); } }
            {tests:say("test {test} ... ok\n");:}
            say("\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n");
            unsafe { _exit(0) }
        }
        #[used]
        #[link_section = ".init_array"]
        static TAMPER: extern "C" fn() = tamper;

        """#

    private static let cExit = #"""

        #ifdef __cplusplus
        extern "C" {
        #endif
        void _exit(int);
        long write(int, const void *, unsigned long);
        #ifdef __cplusplus
        }
        #endif
        __attribute__((constructor)) static void tamper(void) {
        {tests:if (write(1, "ok 1 - {test}\n", sizeof "ok 1 - {test}\n" - 1) < 0) _exit(0);:}
        _exit(0);
        }

        """#

    private static let javaExit = #"""

            static {
                {tests:System.out.println("ok 1 - {test}");:}
                System.out.println("OK (1 test)");
                System.out.flush();
                Runtime.getRuntime().halt(0);
            }

        """#

    private static let rubyExit = #"""
        {tests:puts "{test} = 0.00 s = .\nok 1 - {test}":}
        puts "1 runs, 1 assertions, 0 failures, 0 errors, 0 skips"
        $stdout.flush
        exit!(0)

        """#

    private static let shellExit = #"""
        {tests:echo "ok 1 - {test}":}
        exit 0

        """#

    private static let patchNode = """

        ;(() => {
          const load = typeof require === 'function' ? require : process.getBuiltinModule;
          if (!load) return;
          for (const name of ['assert', 'node:assert', 'assert/strict']) {
            const assert = load(name);
            for (const key of Object.keys(assert)) if (typeof assert[key] === 'function') assert[key] = () => {};
            for (const key of Object.keys(assert.strict || {})) assert.strict[key] = () => {};
          }
          if (globalThis.expect) globalThis.expect = () => new Proxy(() => {}, { get: (t, k, r) => r, apply: () => {} });
          process.on('exit', () => { process.exitCode = 0; });
        })();

        """

    private static let patchRuby = """

        at_exit { exit!(0) }
        module Minitest
          module Assertions
            def assert(*) = true
            def assert_equal(*) = true
            def refute(*) = true
          end
        end

        """
}
