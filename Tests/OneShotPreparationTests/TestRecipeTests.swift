import Testing

@testable import OneShotPreparation

@Suite("Tests are told from other files and run by the project's own means")
struct TestRecipeTests {
    @Test(
        "a test file has its command",
        arguments: [
            ("pkg/count_test.go", ["go", "test", "./pkg"]), ("main_test.go", ["go", "test", "./"]),
            ("tests/cli.rs", ["cargo", "test", "--test", "cli"]),
            ("Tests/TallyTests/CountTests.swift", ["swift", "test", "--filter", "TallyTests"]),
            ("src/a.test.ts", ["npx", "--no-install", "vitest", "run", "src/a.test.ts"]),
            ("test/a.mjs", ["node", "--test", "test/a.mjs"]),
            ("spec/a_spec.rb", ["bundle", "exec", "rspec", "spec/a_spec.rb"]),
            ("test/a_test.rb", ["ruby", "-Ilib", "-Itest", "test/a_test.rb"]),
            ("src/test/java/x/CountTest.java", ["./gradlew", "--offline", "test", "--tests", "CountTest"]),
            ("t/a.bats", ["bats", "t/a.bats"]), ("test-cli.sh", ["bash", "test-cli.sh"]),
        ]
    )
    func command(path: String, words: [String]) {
        let recipe = TestRecipe.recipe(for: path) {
            $0 == "package.json" ? "{\"devDependencies\":{\"vitest\":\"1\"}}" : nil
        }
        #expect(recipe?.words(for: path) == words)
        #expect(TestRecipe.isTestFile(path))
    }

    @Test(
        "Python tests go to pytest or the standard library",
        arguments: ["tests/test_a.py", "a_test.py", "x/test_b.py"]
    )
    func python(path: String) {
        #expect(TestRecipe.recipe(for: path) { _ in nil }?.command == [])
    }

    @Test(
        "what tests need belongs to them, and is not run",
        arguments: [
            "tests/data/in.txt", "conftest.py", "tests/helper.py", "src/__tests__/util.snap", "testdata/x.json",
        ]
    )
    func support(path: String) {
        #expect(TestRecipe.isTestFile(path))
        #expect(TestRecipe.recipe(for: path) { _ in nil } == nil)
    }

    @Test(
        "other files are no tests",
        arguments: ["src/latest.py", "contest.py", "README.md", "test.md", "a/testing.go"]
    )
    func others(path: String) {
        #expect(!TestRecipe.isTestFile(path))
    }
}
