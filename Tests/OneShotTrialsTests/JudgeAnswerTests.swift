import OneShotClient
import OneShotCore
import Testing

@testable import OneShotTrials

@Suite("The judge's answer")
struct JudgeAnswerTests {
    static let diff = """
        diff --git a/README.md b/README.md
        --- a/README.md
        +++ b/README.md
        @@ -1,2 +1,4 @@
         # calc
        +## Usage
        +  python3 -m calc
        -Old line

        """

    private static func body(_ text: String) -> [UInt8] {
        let answer: JSON = [
            "status": "completed",
            "output": [
                ["type": "reasoning", "summary": []],
                ["type": "message", "content": [["type": "output_text", "text": .string(text)]]],
            ],
        ]
        return Array(answer.compactText.utf8)
    }

    private static func text(_ verdict: String, _ quotes: [String]) -> String {
        let answer: JSON = [
            "evidence": .array(quotes.map { .string($0) }), "reasoning": "because", "verdict": .string(verdict),
        ]
        return answer.compactText
    }

    @Test(
        "counts when its quotes are lines of the diff",
        arguments: [
            ("met", ["## Usage"]), ("met", ["+## Usage", "python3 -m calc"]), ("not_met", []),
            ("not_met", ["-Old line"]), ("met", ["## Usage\n  python3 -m calc"]),
        ]
    )
    func counts(verdict: String, quotes: [String]) {
        let vote = JudgeAnswer.vote(of: StructuredAnswer(body: Self.body(Self.text(verdict, quotes))), diff: Self.diff)
        #expect(vote.verdict.rawValue == verdict)
        #expect(vote.evidence == quotes)
        #expect(vote.reasoning == "because")
    }

    @Test("counts when its quotes are lines that end as on Windows", arguments: ["+two", "two\r\n", "two\nthree"])
    func windows(quote: String) {
        let diff = "@@ -1 +1,3 @@\n one\r\n+two\r\n+three\r\n"
        let vote = JudgeAnswer.vote(of: StructuredAnswer(body: Self.body(Self.text("met", [quote]))), diff: diff)
        #expect(vote.verdict == .met)
    }

    @Test(
        "is no vote when it is not what was asked for",
        arguments: [
            Self.body(Self.text("met", [])), Self.body(Self.text("met", ["+++", " "])),
            Self.body(Self.text("met", ["## Invented"])),
            Self.body(Self.text("not_met", ["## Usage", "invented"])), Self.body(Self.text("none", ["## Usage"])),
            Self.body(Self.text("perhaps", ["## Usage"])), Self.body("It is met."), Self.body(#"{"verdict": "met"}"#),
            Array("<html>".utf8), Array(#"{"error": {"message": "slow down"}}"#.utf8),
            Array(#"{"status": "incomplete", "output": []}"#.utf8),
            Array(#"{"status":"completed","output":[{"content":[{"type":"refusal","refusal":"no"}]}]}"#.utf8),
        ]
    )
    func invalid(body: [UInt8]) {
        let vote = JudgeAnswer.vote(of: StructuredAnswer(body: body), diff: Self.diff)
        #expect(vote.verdict == .none)
        #expect(!vote.reasoning.isEmpty)
    }

    @Test(
        "has a value by the majority of all votes, those that do not count included",
        arguments: [
            ("mmm", 1), ("mmn", 1), ("mnn", 0), ("nnn", 0), ("mm-", 1), ("nn-", 0), ("mn-", nil), ("m--", nil),
            ("---", nil), ("", nil),
        ] as [(String, Double?)]
    )
    func majority(votes: String, value: Double?) {
        let all = votes.map { letter in
            JudgeVote(
                verdict: letter == "m" ? .met : letter == "n" ? .notMet : .none,
                evidence: letter == "m" ? ["## Usage"] : [],
                reasoning: letter == "-" ? "slow down" : ""
            )
        }
        let result = JudgeAnswer.criterion(id: "c", weight: 1, votes: all)
        #expect(result.value == value)
        #expect(result.source.votes == all)
        #expect(result.source.quotes == (value == 1 ? ["## Usage"] : []))
        #expect(result.source.reason.hasPrefix("unscored") == (value == nil))
    }
}

@Suite("The judge's prompt")
struct JudgePromptTests {
    @Test("fences the submission with a nonce and asks for evidence before the verdict")
    func shape() {
        let prompt = JudgePrompt(instruction: "Do it.", criterion: "It is done.", diff: "+x", tests: [], nonce: "n0")
        let body = prompt.question.body(model: "judge-1")
        #expect(body["model"]?.string == "judge-1")
        let input = body["input"]?.string ?? ""
        #expect(input.contains("<submission n0>\n+x\n</submission n0>"))
        let format = body["text"]?["format"]
        #expect(format?["strict"]?.bool == true)
        #expect(format?["schema"]?["properties"]?.members.map(\.key) == ["evidence", "reasoning", "verdict"])
    }

    @Test("cuts a diff that is too long file by file, with a mark, and keeps short files whole")
    func cutting() {
        let long = "diff --git a/long b/long\n" + String(repeating: "+many words in a line\n", count: 1000)
        let short = "diff --git a/short b/short\n+one\n"
        let excerpt = DiffExcerpt.cut(long + short, to: 2000)
        #expect(excerpt.utf8.count < 2200)
        #expect(excerpt.contains("bytes of this file are not shown]"))
        #expect(excerpt.contains("diff --git a/short b/short\n+one\n"))
        #expect(DiffExcerpt.cut(short, to: 2000) == short)
        // The last line of the long file ends as on Windows.
        let windows = long.replacing("\n", with: "\r\n").replacing("b/long\r\n", with: "b/long\n")
        let other = DiffExcerpt.cut(windows + short, to: 2000)
        #expect(other.utf8.count < 2200)
        #expect(other.contains("diff --git a/short b/short\n+one\n"))
    }
}
