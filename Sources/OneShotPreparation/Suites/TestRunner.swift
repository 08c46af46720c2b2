/// What runs a suite's tests, and so what its output looks like.
public enum TestRunner: String, Codable, Sendable, CaseIterable {
    /// A driver of ours: pytest where there is one, else the standard library's `unittest` and plain functions.
    case python
    /// The text of `-rA`, or JUnit XML.
    case pytest
    /// The text of `unittest -v`.
    case unittest
    /// The events of `go test -json`.
    case go
    /// The text of `cargo test`.
    case cargo
    /// The text of `swift test`, XCTest and Swift Testing, or xunit.
    case swift
    /// The document of `jest --json`.
    case jest
    /// The document of `vitest --reporter=json`.
    case vitest
    /// The TAP or the spec text of `node --test`.
    case node
    /// The document of `rspec --format json`.
    case rspec
    /// The text of `minitest -v`.
    case minitest
    /// TAP, by bats.
    case bats
    /// The Test Anything Protocol.
    case tap
    /// The JUnit XML of `ctest --output-junit`.
    case ctest
    /// JUnit XML, as Maven's surefire, Gradle and many others write it.
    case junit
    /// Nothing is said but the exit code. With `{file}` in the command, it is run once for each file.
    case exit

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let runner = TestRunner(rawValue: name) else {
            let known = TestRunner.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(name)' is no runner; write one of \(known)"
            )
        }
        self = runner
    }
}
