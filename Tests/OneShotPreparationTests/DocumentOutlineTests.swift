import Foundation
import OneShotCore
import OneShotProcess
import OneShotTesting
import Testing

@testable import OneShotPreparation

@Suite("Documents are read in the same way here and in the tests that are written", .timeLimit(.minutes(1)))
struct DocumentOutlineTests {
    private static let document = """
        \u{FEFF}# Title #

        ## 1. The Set-up of Things ##
        Über uns
        --------
        ```sh
        # no heading
        $ make  test
        echo "a \\"b\\""
        ```
        ~~~
        plain command
        ~~~
        ```python
        no_command()
        ```
        | a | b |
        |---|---|
        ####### too deep
        #no-space
           ### Indented Classes
            # code by indent

        ***
        RST Title
        =========

        text
        """

    @Test("headings and commands")
    func outline() {
        let outline = DocumentOutline(Self.document)
        #expect(outline.headings == ["1. The Set-up of Things", "Über uns", "Indented Classes", "RST Title"])
        #expect(outline.commands == ["make test", "echo \"a \\\"b\\\"\"", "plain command"])
        #expect(DocumentOutline.words("1. The Set-up of Things") == ["set", "up", "thing"])
        #expect(outline.hasSection("Setup") == false)
        #expect(outline.hasSection("things"))
    }

    @Test("Python finds the same headings, words and commands")
    func python() async throws {
        let outline = DocumentOutline(Self.document)
        let tests = [
            GeneratedTest("x", group: .sections, body: "assert_section(\"a.md\", \"x\")"),
            GeneratedTest("y", group: .commands, body: "assert_shows(\"a.md\", \"y\")"),
        ]
        try await withTemporaryDirectory { directory in
            let skeleton = directory.appendingPathComponent("skeleton.py")
            try AtomicFile.write(TestSkeleton(title: "T \"\"\" \\ end", tests: tests).text, to: skeleton)
            let program = """
                import json, runpy, sys
                names = runpy.run_path(sys.argv[1])
                text = sys.stdin.buffer.read().decode()
                found = list(names["headings"](text))
                print(json.dumps([found, [sorted(names["words"](h)) for h in found], names["flat"](text)]))
                """
            let output = try await Command(
                "python3",
                ["-c", program, skeleton.path],
                input: Data(Self.document.utf8)
            ).runChecked().standardOutput
            let json = try JSON(parsing: output)
            #expect(json[0]?.elements.compactMap(\.string) == outline.headings)
            let words = outline.headings.map { DocumentOutline.words($0).sorted() }
            #expect(json[1]?.elements.map { $0.elements.compactMap(\.string) } == words)
            #expect(json[2]?.string == outline.flatText)
        }
    }

    @Test("any text is a Python literal that means the same")
    func literals() async throws {
        let text = "a\"b\\c\n\t\r\u{0}\u{7F}é'\u{1F600}{x}"
        let program = "import sys; sys.stdout.buffer.write((\(Python.literal(text))).encode())"
        let output = try await Command("python3", ["-c", program]).runChecked().standardOutput
        #expect(String(decoding: output, as: UTF8.self) == text)
    }

    @Test("the links that stay in the repository, outside of code")
    func links() {
        let outline = DocumentOutline(
            """
            [a](src/a.py) ![b](img/b.png "title") [c](https://x.test) [d](mailto:a@b.c) `[e](e.md)` [f](#f) [g](<g.md>)
            [h]: docs/h.md
            [^1]: a note
            ```
            [i](i.md)
            ```
            """
        )
        #expect(outline.links == ["src/a.py", "img/b.png", "#f", "g.md", "docs/h.md"])
        #expect(DocumentOutline.anchor("Set-up & `usage` (2)") == "set-up--usage-2")
    }

    @Test("code blocks with their language")
    func blocks() {
        let outline = DocumentOutline("```JSON title\n{}\n```\n\n~~~\nx\n~~~\n```sh\nopen")
        #expect(outline.blocks.map(\.language) == ["json", ""])
        #expect(outline.blocks.map(\.code) == ["{}\n", "x\n"])
    }
}
