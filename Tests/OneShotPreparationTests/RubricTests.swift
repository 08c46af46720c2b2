import OneShotCore
import OneShotPreparation
import Testing

@Suite("A rubric is read from Markdown")
struct RubricTests {
    @Test("title, criteria, weights, prose and bindings")
    func whole() throws {
        let rubric = try Rubric(
            parsing: """
                # Rubric: Describe the repository

                A few words for people.

                ## sections (weight: 0.5)
                The README has:
                - an architecture section
                - a setup section

                - tests: test_one, `test_two`

                ## commands (weight 30%)
                Every command works.
                * tests:
                  - test_three
                  - Suite.test_four

                ## prose quality (20%)
                Clear and short.

                ```
                ## not-a-criterion
                - tets: nothing
                ```
                - judge
                <!-- - tests: test_five -->

                """,
            path: "rubric.md"
        )
        #expect(rubric.title == "Describe the repository")
        #expect(rubric.criteria.map(\.id) == ["sections", "commands", "prose-quality"])
        #expect(rubric.criteria.map(\.weight) == [0.5, 0.3, 0.2])
        #expect(
            rubric.criteria.map(\.binding)
                == [.tests(["test_one", "test_two"]), .tests(["test_three", "Suite.test_four"]), .judge]
        )
        #expect(rubric.criteria[0].text == "The README has:\n- an architecture section\n- a setup section")
        #expect(rubric.criteria[2].text == "Clear and short.\n\n```\n## not-a-criterion\n- tets: nothing\n```")
        #expect(rubric.testNames == ["test_one", "test_two", "test_three", "Suite.test_four"])
    }

    @Test("what is written is read back")
    func roundTrip() throws {
        let rubric = Rubric(
            title: "Add a parser",
            criteria: [
                .init(
                    id: "works",
                    weight: 0.7,
                    text: "It parses.\n\n- lists\n- maps",
                    binding: .tests(["test_a", "test_b"])
                ),
                .init(id: "quality", weight: 1.0 / 3, text: "", binding: .judge),
                .init(id: "other", weight: 2, text: "Text", binding: .judge),
            ]
        )
        let read = try Rubric(parsing: rubric.markdown, path: "")
        #expect(read.criteria.map(\.weight) == [0.7, 0.3333, 2])
        #expect(read.markdown == rubric.markdown)
        #expect(try Rubric(parsing: rubric.markdown.replacing("\n", with: "\r\n"), path: "") == read)
    }

    @Test(
        "what does not make sense is named with line and column, and what to write",
        arguments: [
            ("# Rubric: X\n", "", "no criteria"),
            ("# X\n## a (weight: 0.5)\ntext\n", "line 2, column 1", "'a' has nobody to grade it"),
            ("# X\n## a\n- judge\n", "line 2, column 5", "no weight; write '## a (weight: 0.5)'"),
            ("## a (weight: much)\n- judge\n", "line 1, column 15", "'much' is no number"),
            ("## a (weight: 0)\n- judge\n", "line 1, column 15", "more than 0"),
            ("## a (weight: -0.5)\n- judge\n", "line 1, column 15", "more than 0"),
            ("## a (weight: nan)\n- judge\n", "line 1, column 15", "more than 0"),
            ("## (weight: 1)\n- judge\n", "line 1, column 4", "no id"),
            ("## a (1)\n- judge\n## b (1)\n- judge\n## a (1)\n- judge", "line 5, column 4", "a second criterion 'a'"),
            ("## a (1)\n- tests: test_x\n- judge\n", "line 1, column 1", "both"),
            ("## a (1)\n- tests:\n\n## b (1)\n- judge", "line 1, column 1", "names no test"),
            ("## a (1)\n- tests\n", "line 2, column 3", "names no test"),
            ("## a (1)\n- tets: test_x\n", "line 2, column 3", "unknown binding 'tets'"),
            ("## a (1)\n  - checks: test_x, test_y\n", "line 2, column 5", "unknown binding 'checks'"),
            ("## a (1)\n- jugde\n", "line 2, column 3", "unknown binding 'jugde'"),
            ("## a (1)\n- tests: test_x test_y\n", "line 2, column 10", "separate names by commas"),
            ("## a (1)\n- tests: test_x, `test_x`\n", "line 2, column 19", "'test_x' is bound in line 2 already"),
            ("## a (1)\n- tests: test_x\n## b (1)\n- tests: test_x", "line 4, column 10", "bound in line 2 already"),
            ("## a (1)\n- judge\n- judge\n", "line 3, column 3", "stands here already"),
            ("## a (weight: 0x1F)\n- judge\n", "line 1, column 15", "'0x1F' is no number"),
            ("## a (weight: 1e3)\n- judge\n", "line 1, column 15", "'1e3' is no number"),
            ("## a (weight: 0,5)\n- judge\n", "line 1, column 15", "'0,5' is no number"),
            ("## a (weight: )\n- judge\n", "line 1, column 15", "'' is no number"),
            ("# X\n# Y\n", "line 2, column 1", "a second title"),
            ("### a (weight: 1)\n- judge\n", "line 1, column 1", "level 2"),
        ]
    )
    func errors(text: String, place: String, problem: String) throws {
        let error = #expect(throws: FileError.self) { try Rubric(parsing: text, path: "r.md") }
        guard case .malformed(let path, let foundPlace, let foundProblem) = error else {
            Issue.record("not a format error: \(String(describing: error))")
            return
        }
        #expect(path == "r.md")
        #expect(foundPlace == place)
        #expect(foundProblem.contains(problem))
        #expect(!foundProblem.contains("\n"))
    }

    @Test(
        "lists that are prose stay prose",
        arguments: ["- note: read it twice", "- judge whether it is short", "- README"]
    )
    func prose(item: String) throws {
        let rubric = try Rubric(parsing: "## a (1)\n\(item)\n- judge\n", path: "")
        #expect(rubric.criteria[0].text == item)
    }
}
