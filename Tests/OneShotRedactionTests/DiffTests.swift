import Foundation
import OneShotProcess
import OneShotRedaction
import OneShotTesting
import Testing

@Suite("A diff still applies", .timeLimit(.minutes(2)))
struct DiffTests {
    private func privateKey(_ random: inout SeededGenerator) -> [String] {
        let kind = " PRIVATE" + " KEY-----"
        return ["-----BEGIN\(kind)"] + (0..<20).map { _ in random.text(.base64, 64) } + ["-----END\(kind)"]
    }

    private func git(_ arguments: [String], in directory: URL, input: String = "") async throws -> String {
        try await Command("git", arguments, directory: directory, input: Data(input.utf8)).runChecked().text
    }

    @Test("Integration: a key file that is added, changed and removed keeps the hunks' lines")
    func hunks() async throws {
        try await withTemporaryDirectory { directory in
            var random = SeededGenerator(seed: 6)
            let old = privateKey(&random)
            let new = privateKey(&random)
            let token = "gh" + "p_" + random.text(.alphanumeric, 36)
            let around = (1...5).map { "line \($0)" }
            let before = around + old + around + ["  key: \(token)"] + around
            let after = around + ["inserted"] + new + around + ["  key: \(token)", "more"] + around
            let redactor = Redactor.standard
            let file = directory.appendingPathComponent("config.txt")
            func write(_ lines: [String]) throws {
                try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
            }
            _ = try await git(["init", "-q"], in: directory)
            try write(before)
            _ = try await git(["add", "."], in: directory)
            try write(after)
            let patch = try await git(["diff"], in: directory)
            let redacted = redactor.redact(patch).text
            #expect(!redacted.contains(old[5]) && !redacted.contains(new[5]) && !redacted.contains(token))
            #expect(
                redacted.split(separator: "\n", omittingEmptySubsequences: false).count
                    == patch.split(separator: "\n", omittingEmptySubsequences: false).count
            )
            // The file as whoever gets the task has it: redacted in the same scope.
            let base = redactor.redact(before.joined(separator: "\n") + "\n").text
            try Data(base.utf8).write(to: file)
            _ = try await git(["apply", "--check", "-"], in: directory, input: redacted)
            _ = try await git(["apply", "-"], in: directory, input: redacted)
            // A line that both have carries the old key's number; all else is the new file, redacted.
            let result = try String(contentsOf: file, encoding: .utf8)
            let expected = redactor.redact(after.joined(separator: "\n") + "\n").text
            let number = /pem-key:[0-9]+/
            #expect(result.replacing(number, with: "") == expected.replacing(number, with: ""))
        }
    }

    @Test("Integration: a diff without secrets is the same to the byte, with names hidden too")
    func untouched() async throws {
        try await withTemporaryDirectory { directory in
            var random = SeededGenerator(seed: 7)
            _ = try await git(["init", "-q"], in: directory)
            let file = directory.appendingPathComponent("a.lock")
            func content() -> String {
                (0..<200).map { _ in
                    "  \"integrity\": \"sha512-\(random.text(.base64, 86))==\", key = \(random.text(.hex, 40))"
                }
                .joined(separator: "\n") + "\npath = \"/home/marjolein/src\"\n"
            }
            try Data(content().utf8).write(to: file)
            _ = try await git(["add", "."], in: directory)
            try Data(content().utf8).write(to: file)
            let patch = try await git(["diff", "--full-index"], in: directory)
            #expect(Redactor(userNames: .hidden(["marjolein"])).redact(patch).text == patch)
        }
    }
}

@Suite("Names of people")
struct UserNameTests {
    @Test(
        "the user's name goes from the path of a home directory",
        arguments: [
            ("cd /home/marjolein/src && ls", "cd /home/[REDACTED:user:1]/src && ls"),
            ("\"/Users/marjolein/x\"", "\"/Users/[REDACTED:user:1]/x\""),
            ("C:\\Users\\marjolein\\x", "C:\\Users\\[REDACTED:user:1]\\x"),
            (#"{"cwd":"C:\\Users\\marjolein\\x"}"#, #"{"cwd":"C:\\Users\\[REDACTED:user:1]\\x"}"#),
            ("file:///home/marjolein", "file:///home/[REDACTED:user:1]"), ("/home/runner/work", "/home/runner/work"),
            ("src/home/marjolein/x", "src/home/marjolein/x"), ("/srv/home/marjolein", "/srv/home/marjolein"),
            ("marjolein is here", "marjolein is here"), ("GET /home/ HTTP/1.1", "GET /home/ HTTP/1.1"),
            ("/home/$USER/x /home/{name}/y", "/home/$USER/x /home/{name}/y"),
        ]
    )
    func homes(text: String, expected: String) {
        #expect(Redactor(userNames: .hidden([])).redact(text).text == expected)
        #expect(Redactor(userNames: .hidden([])).redact(expected).text == expected)
        #expect(Redactor.standard.redact(text).text == text, "only where it is asked for")
    }

    @Test("a name that was given goes wherever it is a directory")
    func given() {
        let redactor = Redactor(userNames: .hidden(["pim"]))
        #expect(
            redactor.redact("/srv/pim/a /srv/pimpernel /data/pim pim").text
                == "/srv/[REDACTED:user:1]/a /srv/pimpernel /data/[REDACTED:user:1] pim"
        )
    }

    @Test("the lines of a diff and of a patch stay, since they have to apply")
    func diffs() {
        let hunk = "@@ -1,2 +1,2 @@\n-root = /home/marjolein/a\n+root = /home/marjolein/b\n end\n"
        let patch = "*** Begin Patch\n*** Update File: a\n+/home/marjolein/a\n*** End Patch\n"
        let redactor = Redactor(userNames: .hidden([]))
        #expect(redactor.redact(hunk + "then /home/marjolein").text == hunk + "then /home/[REDACTED:user:1]")
        #expect(redactor.redact(patch + "then /home/marjolein").text == patch + "then /home/[REDACTED:user:1]")
    }
}
