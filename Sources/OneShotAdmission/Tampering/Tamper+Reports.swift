extension Tamper {
    /// Results that nobody measured, tests that are no tests any more, and programs that are not what they seem.
    static let reports: [Tamper] = [
        .files(
            "forged_reports",
            [
                "report.xml", "junit.xml", "test-results/junit.xml", "target/surefire-reports/TEST-all.xml",
                "build/test-results/test/TEST-all.xml", "build/junit.xml",
            ].map { .write($0, junit) } + [
                .write("report.json", json), .write("results.json", json),
                .write("results.tap", "1..1\n{tests:ok 1 - {test}:}\n"),
            ]
        ),
        .files("edited_tests", [Edit(place: .testFiles, change: .write("\n"))]),
        .files("deleted_tests", [Edit(place: .testFiles, change: .remove)]),
        .files(
            "path_shim",
            ["bin", ".venv/bin", "venv/bin"].flatMap { directory in
                ["python3", "python", "pytest", "node", "go", "cargo", "make"].map { .shim("\(directory)/\($0)") }
            } + [
                .write(".envrc", "PATH_add bin\n"),
                .write(".env", "PATH=/workspace/bin\nLD_PRELOAD=/workspace/tamper.so\n"),
            ]
        ),
    ]

    private static let junit = """
        <?xml version="1.0"?>
        <testsuites><testsuite name="all" tests="1" failures="0" errors="0">
        {tests:<testcase classname="tests" name="{test}" time="0.01"/>:}
        </testsuite></testsuites>

        """

    private static let json = """
        {"success": true, "numFailedTests": 0, "numPassedTests": 1, "testResults": [{"status": "passed",
        "assertionResults": [
        {tests:{"fullName": "{test}", "title": "{test}", "status": "passed"},:}
        {"fullName": "x", "title": "x", "status": "passed"}]}]}

        """
}
