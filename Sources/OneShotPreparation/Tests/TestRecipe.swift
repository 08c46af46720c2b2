import Foundation

/// How the tests of one kind are told by their paths, and run one file at a time by the project's own means.
struct TestRecipe: Sendable {
    /// Prefixes and suffixes of the file's name; both must fit.
    struct Name: Sendable {
        var prefix = ""
        var suffixes: [String]
    }

    let names: [Name]
    /// Only below a directory with one of these names; anywhere when empty.
    var directories: [String] = []
    /// Only where one of the project's files at the top contains this text: `package.json` contains `"vitest"`.
    var marker: (file: String, text: String)?
    /// Words with `{file}`, `{directory}`, `{stem}`, `{target}` (the directory below the tests' top) for parts of the path.
    let command: [String]

    /// Python's is special: pytest if there is one, else the standard library.
    static let python = TestRecipe(
        names: [Name(prefix: "test_", suffixes: [".py"]), Name(suffixes: ["_test.py"])],
        command: []
    )

    /// The first that fits is used.
    static let all: [TestRecipe] = [
        python,
        TestRecipe(names: [Name(suffixes: ["_test.go"])], command: ["go", "test", "./{directory}"]),
        TestRecipe(
            names: [Name(suffixes: [".rs"])],
            directories: ["tests"],
            command: ["cargo", "test", "--test", "{stem}"]
        ),
        TestRecipe(
            names: [Name(suffixes: ["Tests.swift", "Test.swift"])],
            directories: ["Tests"],
            command: ["swift", "test", "--filter", "{target}"]
        ),
        TestRecipe(
            names: [scripts],
            marker: ("package.json", "\"vitest\""),
            command: ["npx", "--no-install", "vitest", "run", "{file}"]
        ),
        TestRecipe(
            names: [scripts],
            marker: ("package.json", "\"jest\""),
            command: ["npx", "--no-install", "jest", "{file}"]
        ),
        TestRecipe(names: [scripts], command: ["node", "--test", "{file}"]),
        TestRecipe(
            names: [Name(suffixes: [".js", ".mjs", ".cjs"])],
            directories: ["test", "tests", "__tests__"],
            command: ["node", "--test", "{file}"]
        ),
        TestRecipe(names: [Name(suffixes: ["_spec.rb"])], command: ["bundle", "exec", "rspec", "{file}"]),
        TestRecipe(names: [Name(suffixes: ["_test.rb"])], command: ["ruby", "-Ilib", "-Itest", "{file}"]),
        TestRecipe(
            names: [Name(suffixes: ["Test.java", "Tests.java", "IT.java"])],
            marker: ("pom.xml", "<project"),
            command: ["mvn", "-q", "-o", "-Dtest={stem}", "test"]
        ),
        TestRecipe(
            names: [Name(suffixes: ["Test.java", "Tests.java", "Test.kt"])],
            command: ["./gradlew", "--offline", "test", "--tests", "{stem}"]
        ),
        TestRecipe(names: [Name(suffixes: ["Test.php"])], command: ["vendor/bin/phpunit", "{file}"]),
        TestRecipe(names: [Name(suffixes: [".bats"])], command: ["bats", "{file}"]),
        TestRecipe(
            names: [
                Name(prefix: "test_", suffixes: [".sh"]), Name(prefix: "test-", suffixes: [".sh"]),
                Name(suffixes: ["_test.sh", "-test.sh"]),
            ],
            command: ["bash", "{file}"]
        ),
    ]

    private static let scripts = Name(
        suffixes: ["test", "spec"].flatMap { kind in ["js", "mjs", "cjs", "jsx", "ts", "tsx"].map { ".\(kind).\($0)" } }
    )

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

    /// The recipe that runs this file as a test; nil for what only supports tests.
    ///
    /// - Parameter text: the content of a file at the top of the project, by name.
    static func recipe(for path: String, text: (String) -> String?) -> TestRecipe? {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last else { return nil }
        return all.first { recipe in
            recipe.fits(name: name)
                && (recipe.directories.isEmpty || parts.dropLast().contains(where: recipe.directories.contains))
                && (recipe.marker.map { marker in text(marker.file)?.contains(marker.text) ?? false } ?? true)
        }
    }

    private func fits(name: String) -> Bool {
        names.contains { form in
            name.hasPrefix(form.prefix) && form.suffixes.contains { name.hasSuffix($0) && name.count > $0.count }
        }
    }

    /// The command's words for one file.
    func words(for path: String) -> [String] {
        let parts = path.split(separator: "/").map(String.init)
        let directory = parts.dropLast().joined(separator: "/")
        let stem = (parts.last ?? path).split(separator: ".").first.map(String.init) ?? path
        let target =
            parts.firstIndex(of: "Tests").flatMap { parts.indices.contains($0 + 2) ? parts[$0 + 1] : nil } ?? stem
        let values = ["file": path, "directory": directory, "stem": stem, "target": target]
        return command.map { word in
            values.reduce(word) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
    }
}
