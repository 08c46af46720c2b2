import Foundation
import OneShotRedaction
import OneShotTesting
import Testing

@Suite("What is no secret stays", .timeLimit(.minutes(5)))
struct CleanTextTests {
    @Test("in a session without secrets, next to nothing is found")
    func session() {
        let text = CleanText.session(seed: 3, kilobytes: 512)
        let findings = Redactor.standard.findings(in: text)
        let megabytes = Double(text.utf8.count) / 1e6
        #expect(
            Double(findings.count) / megabytes <= 25,
            "\(Dictionary(grouping: findings, by: \.rule).mapValues(\.count))"
        )
    }

    @Test("in this project's own sources and pages, next to nothing is found")
    func repository() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var bytes = 0
        var found: [String] = []
        for directory in ["Sources", "docs", "guides", "scripts", "Benchmarks"] {
            let files = FileManager.default.enumerator(
                at: root.appendingPathComponent(directory),
                includingPropertiesForKeys: nil
            )
            while let file = files?.nextObject() as? URL {
                // The rules themselves are made of what secrets look like.
                guard ["swift", "md", "py", "sh", "h", "c"].contains(file.pathExtension),
                    let text = try? String(contentsOf: file, encoding: .utf8)
                else { continue }
                bytes += text.utf8.count
                found += Redactor.standard.findings(in: text).map { "\(file.lastPathComponent):\($0.line) \($0.rule)" }
            }
        }
        #expect(bytes > 500_000)
        #expect(Double(found.count) / (Double(bytes) / 1e6) <= 25, "\(found)")
    }

    @Test("no id, commit or hash is touched, whatever name stands before it")
    func identifiers() {
        var random = SeededGenerator(seed: 5)
        for name in ["key", "token", "secret", "api_key", "auth", "call_id", "id", "credential", "password"] {
            for identifier in CleanText.identifiers(&random) {
                for text in [
                    "\(name): \(identifier)", "\"\(name)\": \"\(identifier)\"", "\(name)=\(identifier)",
                    "{\\\"\(name)\\\":\\\"\(identifier)\\\"}", "\(name) \(identifier)",
                ] {
                    // A key as long as a hash, where no hash can be meant.
                    let isKey = ["secret", "api_key", "password"].contains(name)
                    if isKey, [40, 64].contains(identifier.count), identifier.allSatisfy(\.isHexDigit) { continue }
                    #expect(Redactor.standard.redact(text).text == text)
                }
            }
        }
    }
}
