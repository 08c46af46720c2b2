import Foundation
import OneShotProcess
import OneShotTesting
import Testing

@Suite("The reference page", .timeLimit(.minutes(4)))
struct ReferenceTests {
    private let checkout = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("docs/reference.md lists every command and option as the program has them")
    func upToDate() async throws {
        let program = try #require(Tool.oneshot)
        let result = try await Command(
            "python3",
            ["scripts/make-reference.py", program.path, "--check"],
            directory: checkout
        ).run()
        #expect(result.succeeded, "\(result.errorText)")
    }

    @Test("the help of every command shows an example")
    func examples() async throws {
        let program = try #require(Tool.oneshot)
        let page = try String(contentsOf: checkout.appendingPathComponent("docs/reference.md"), encoding: .utf8)
        let commands = page.split(separator: "\n").filter { $0.hasPrefix("### oneshot ") }
            .map { $0.dropFirst("### oneshot ".count).split(separator: " ").map(String.init) }
        #expect(commands.count > 20)
        for command in commands {
            let help = try await Command(program.path, command + ["--help"]).runChecked().text
            let usage = help.range(of: "USAGE:").map { help[..<$0.lowerBound] } ?? ""
            #expect(
                usage.contains("oneshot \(command[0])"),
                "no example in 'oneshot \(command.joined(separator: " ")) --help'"
            )
        }
    }
}
