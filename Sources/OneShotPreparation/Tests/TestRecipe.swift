import Foundation

/// How the tests of one kind are told by their paths, and run by the project's own means.
struct TestRecipe: Sendable {
    /// Prefixes and suffixes of the file's name; both must fit.
    struct Name: Sendable {
        var prefix = ""
        var suffixes: [String]
    }

    /// As in the id of its suite, `test_<name>`.
    let name: String
    let runner: TestRunner
    let names: [Name]
    /// Only below a directory with one of these names; anywhere when empty.
    var directories: [String] = []
    /// Files that make a directory a project of this kind; the top is one for everything else.
    var manifests: [String] = []
    /// Only where one of the project's files contains this text: `package.json` contains `"vitest"`.
    var marker: (file: String, text: String)?
    /// As in `suites.json`, with words for parts of the files' paths: `{directories}`, `{stems}` (with commas between),
    /// `{filters}` (`--filter` and the directory below `Tests`, for each), `{tests}` (`--tests` and the stem, for each).
    let command: [String]
    var report: String?
    /// What a new file may be called that is run without anybody naming it in a build file; nil where there is none.
    var example: String?
    /// The endings of the programs that such tests are about.
    var languages: Set<String> = []

    /// The first that fits is used.
    static let all: [TestRecipe] = [
        TestRecipe(
            name: "python",
            runner: .python,
            names: [Name(prefix: "test_", suffixes: [".py"]), Name(suffixes: ["_test.py"])],
            manifests: ["pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini"],
            command: ["python3", "-I", "-B", "{driver}", "{report}", "{files}"],
            example: "tests/test_words.py",
            languages: ["py"]
        ),
        TestRecipe(
            name: "go",
            runner: .go,
            names: [Name(suffixes: ["_test.go"])],
            manifests: ["go.mod"],
            command: ["go", "test", "-json", "-count=1", "{directories}"],
            example: "words_test.go",
            languages: ["go"]
        ),
        TestRecipe(
            name: "cargo",
            runner: .cargo,
            names: [Name(suffixes: [".rs"])],
            directories: ["tests"],
            manifests: ["Cargo.toml"],
            command: ["cargo", "test", "--offline", "--no-fail-fast"],
            example: "tests/words.rs",
            languages: ["rs"]
        ),
        TestRecipe(
            name: "swift",
            runner: .swift,
            names: [Name(suffixes: ["Tests.swift", "Test.swift"])],
            directories: ["Tests"],
            manifests: ["Package.swift"],
            command: ["swift", "test", "{filters}"],
            example: "Tests/LibraryTests/WordsTests.swift",
            languages: ["swift"]
        ),
        TestRecipe(
            name: "vitest",
            runner: .vitest,
            names: [scripts],
            manifests: ["package.json"],
            marker: ("package.json", "\"vitest\""),
            command: ["npx", "--no-install", "vitest", "run", "--reporter=json", "--outputFile={report}", "{files}"],
            example: "test/words.test.ts",
            languages: ["js", "mjs", "cjs", "jsx", "ts", "tsx"]
        ),
        TestRecipe(
            name: "jest",
            runner: .jest,
            names: [scripts],
            manifests: ["package.json"],
            marker: ("package.json", "\"jest\""),
            command: ["npx", "--no-install", "jest", "--ci", "--json", "--outputFile={report}", "{files}"],
            example: "test/words.test.js",
            languages: ["js", "mjs", "cjs", "jsx", "ts", "tsx"]
        ),
        TestRecipe(
            name: "node",
            runner: .node,
            names: [scripts],
            manifests: ["package.json"],
            command: nodeCommand,
            example: "test/words.test.js",
            languages: ["js", "mjs", "cjs"]
        ),
        TestRecipe(
            name: "node",
            runner: .node,
            names: [Name(suffixes: [".js", ".mjs", ".cjs"])],
            directories: ["test", "tests", "__tests__"],
            manifests: ["package.json"],
            command: nodeCommand,
            example: "test/words.test.js",
            languages: ["js", "mjs", "cjs"]
        ),
        TestRecipe(
            name: "rspec",
            runner: .rspec,
            names: [Name(suffixes: ["_spec.rb"])],
            manifests: ["Gemfile"],
            marker: ("Gemfile", "rspec"),
            command: ["bundle", "exec", "rspec", "--format", "json", "--out", "{report}", "{files}"],
            example: "spec/words_spec.rb",
            languages: ["rb"]
        ),
        TestRecipe(
            name: "rspec",
            runner: .rspec,
            names: [Name(suffixes: ["_spec.rb"])],
            manifests: ["Gemfile", "Rakefile"],
            command: ["rspec", "--format", "json", "--out", "{report}", "{files}"]
        ),
        TestRecipe(
            name: "ruby",
            runner: .minitest,
            names: [Name(suffixes: ["_test.rb"]), Name(prefix: "test_", suffixes: [".rb"])],
            manifests: ["Gemfile", "Rakefile"],
            command: [
                "ruby", "-Ilib", "-Itest", "-e",
                "files = ARGV.dup; ARGV.replace(['-v']); files.each { |file| load file }", "{files}",
            ],
            example: "test/words_test.rb",
            languages: ["rb"]
        ),
        TestRecipe(
            name: "maven",
            runner: .junit,
            names: [java],
            manifests: ["pom.xml"],
            marker: ("pom.xml", "<project"),
            command: ["mvn", "-q", "-o", "-B", "-Dtest={stems}", "test"],
            report: "target/surefire-reports/TEST-*.xml",
            example: "src/test/java/WordsTest.java",
            languages: ["java"]
        ),
        TestRecipe(
            name: "gradle",
            runner: .junit,
            names: [java, Name(suffixes: ["Test.kt", "Tests.kt"])],
            manifests: ["gradlew"],
            command: ["./gradlew", "--offline", "test", "{tests}"],
            report: "**/build/test-results/test/*.xml",
            example: "src/test/java/WordsTest.java",
            languages: ["java", "kt"]
        ),
        TestRecipe(
            name: "phpunit",
            runner: .exit,
            names: [Name(suffixes: ["Test.php"])],
            manifests: ["composer.json"],
            command: ["vendor/bin/phpunit", "{file}"],
            example: "tests/WordsTest.php",
            languages: ["php"]
        ),
        TestRecipe(
            name: "bats",
            runner: .bats,
            names: [Name(suffixes: [".bats"])],
            command: ["bats", "--tap", "{files}"],
            example: "test/words.bats",
            languages: ["sh", "bash"]
        ),
        TestRecipe(
            name: "shell",
            runner: .exit,
            names: [
                Name(prefix: "test_", suffixes: [".sh"]), Name(prefix: "test-", suffixes: [".sh"]),
                Name(suffixes: ["_test.sh", "-test.sh"]),
            ],
            command: ["bash", "{file}"],
            example: "test/test_words.sh",
            languages: ["sh", "bash"]
        ),
        TestRecipe(
            name: "ctest",
            runner: .ctest,
            names: compiled,
            manifests: ["CMakeLists.txt"],
            marker: ("CMakeLists.txt", "enable_testing"),
            command: [
                "sh", "-c",
                "cmake -S . -B /tmp/build >&2 && cmake --build /tmp/build -j 2 >&2"
                    + " && ctest --test-dir /tmp/build --output-on-failure --output-junit {report}",
            ]
        ),
        TestRecipe(
            name: "make",
            runner: .tap,
            names: compiled,
            manifests: ["Makefile"],
            marker: ("Makefile", "\ntest:"),
            command: ["make", "test"]
        ),
    ]

    private static let scripts = Name(
        suffixes: ["test", "spec"].flatMap { kind in ["js", "mjs", "cjs", "jsx", "ts", "tsx"].map { ".\(kind).\($0)" } }
    )
    private static let java = Name(suffixes: ["Test.java", "Tests.java", "IT.java"])
    private static let nodeCommand = [
        "node", "--test", "--test-reporter", "{driver}", "--test-reporter-destination", "{report}", "{files}",
    ]
    private static let compiled = ["c", "cc", "cpp", "cxx"].flatMap { ending in
        [Name(prefix: "test_", suffixes: [".\(ending)"]), Name(suffixes: ["_test.\(ending)", "Test.\(ending)"])]
    }

    private static let testDirectories: Set<String> = [
        "test", "tests", "Tests", "__tests__", "spec", "specs", "testdata",
    ]

    /// Whether a file is a test or belongs to tests: it never counts as a part of the solution.
    static func isTestFile(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        if parts.dropLast().contains(where: testDirectories.contains) { return true }
        guard let name = parts.last else { return false }
        return name == "conftest.py" || all.contains { $0.directories.isEmpty && $0.fits(name: name) }
    }

    private func fits(name: String) -> Bool {
        names.contains { form in
            name.hasPrefix(form.prefix) && form.suffixes.contains { name.hasSuffix($0) && name.count > $0.count }
        }
    }

    /// Whether a file is a test of this kind, apart from the project that it belongs to.
    func fits(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last else { return false }
        return fits(name: name) && (directories.isEmpty || parts.dropLast().contains(where: directories.contains))
    }

    /// The command for some files, whose paths are those below the project.
    func command(for files: [String]) -> [String] {
        command.flatMap { word -> [String] in
            switch word {
            case "{directories}": Self.distinct(files.map { "./" + Self.directory(of: $0) })
            case "{filters}": Self.distinct(files.map(Self.target)).flatMap { ["--filter", $0] }
            case "{tests}": Self.distinct(files.map(Self.stem)).flatMap { ["--tests", $0] }
            default: [word.replacing("{stems}", with: Self.distinct(files.map(Self.stem)).joined(separator: ","))]
            }
        }
    }

    private static func distinct(_ words: [String]) -> [String] { Set(words).sorted() }

    private static func directory(of path: String) -> String {
        path.split(separator: "/").dropLast().joined(separator: "/")
    }

    private static func stem(_ path: String) -> String {
        (path.split(separator: "/").last ?? "").split(separator: ".").first.map(String.init) ?? path
    }

    private static func target(_ path: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        guard let index = parts.firstIndex(of: "Tests"), parts.indices.contains(index + 2) else { return stem(path) }
        return parts[index + 1]
    }
}
