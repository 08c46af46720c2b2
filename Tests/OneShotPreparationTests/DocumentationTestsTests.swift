import Testing

@testable import OneShotPreparation

@Suite("Tests derived from documentation")
struct DocumentationTestsTests {
    @Test(
        "a command is asked for up to the first word that stands for something else",
        arguments: [
            ("python -m tally DIRECTORY", "python -m tally"), ("make test", "make test"), ("make", "make"),
            ("oneshot run <task> --timeout 5", "oneshot run"), ("swift build | tee log", "swift build"),
        ]
    )
    func essence(command: String, kept: String) {
        #expect(DocumentationTests.essence(command) == kept)
    }

    @Test(
        "lines that only move about or fetch are not asked for",
        arguments: ["cd tally", "git clone <this repository> tally", "export A=b", "cargo <command>"]
    )
    func incidental(command: String) {
        #expect(DocumentationTests.essence(command) == nil)
    }
}
