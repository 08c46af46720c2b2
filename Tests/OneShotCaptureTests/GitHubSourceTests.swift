import Foundation
import OneShotCapture
import OneShotCore
import OneShotTesting
import Testing

@Suite("Tasks of issues and pull requests", .timeLimit(.minutes(5)))
struct GitHubSourceTests {
    /// A base that went on after the branch parted from it.
    private let setup = """
        git init -q; echo a > a; git add a; git commit -qm a; git checkout -qb work; echo b > b; git add b
        git commit -qm b; git checkout -q main; echo m > m; git add m; git commit -qm m; echo dirty > a
        git remote add up git@github.com:Me/App.git

        """

    private let issue: JSON = [
        "number": 7, "title": "It ignores b", "body": "There is no b.\r\n<!-- template -->\r\n\nIt should be there.",
        "html_url": "https://github.com/me/app/issues/7", "labels": [["name": "bug"]],
    ]

    private func pull(_ repository: ScratchRepository, head: String? = nil) async throws -> JSON {
        let commits = try await repository.shell("git rev-parse main work").split(separator: "\n").map(String.init)
        return [
            "number": 8, "title": "Write b", "body": "Fixes #7\n\nWrites b.", "labels": [],
            "html_url": "https://github.com/me/app/pull/8", "merged": false, "merge_commit_sha": nil,
            "base": ["sha": .string(commits[0]), "ref": "main"],
            "head": ["sha": .string(head ?? commits[1]), "ref": "work"],
        ]
    }

    private func save(_ documents: [JSON], _ repository: ScratchRepository) throws -> [URL] {
        try documents.enumerated().map { index, document in
            let url = repository.directory("answer-\(index).json")
            try document.prettyText.write(to: url, atomically: true, encoding: .utf8)
            return url
        }
    }

    @Test("a pull request gives the commits since it parted from its base, and the words of the issue that it closes")
    func files() async throws {
        try await ScratchRepository.with(setup) { repository in
            let before = try await repository.fingerprint()
            let captured = try await repository.capture.create(
                fromGitHub: try ForgeReference("me/app#8"),
                at: .files(try save([try await pull(repository), issue], repository)),
                in: repository.top
            )
            #expect(captured.changedFiles == [.init(path: "b", status: "A")])
            #expect(try await repository.fingerprint() == before)
            let layout = CreatedTaskLayout(directory: captured.directory)
            let text = try String(contentsOf: layout.instructions, encoding: .utf8)
            #expect(text == "# It ignores b\n\nThere is no b.\n\n\nIt should be there.\n")
            let metadata = try StrictJSON.read(TaskMetadata.self, at: layout.metadata)
            #expect(metadata.metadata.tags == ["bug"])
            let provenance = try StrictJSON.read(TaskProvenance.self, at: layout.provenance)
            #expect(provenance.source == .github)
            #expect(provenance.url == "https://github.com/me/app/issues/7")
            #expect(provenance.firstWords.contains("<!-- template -->"))
            #expect(provenance.commits.count == 1)
        }
    }

    @Test("the API is asked with the token, and the token is kept nowhere")
    func api() async throws {
        try await ScratchRepository.with(setup) { repository in
            let pull = try await pull(repository)
            let asIssue: JSON = [
                "number": 8, "title": "Write b", "body": "Fixes #7", "pull_request": ["url": "x"],
            ]
            let endpoint = try await LoopbackEndpoint.start(paths: [
                "/repos/me/app/issues/8": asIssue.compactText, "/repos/me/app/pulls/8": pull.compactText,
                "/repos/me/app/issues/7": issue.compactText,
            ])
            let captured = try await repository.capture.create(
                fromGitHub: try ForgeReference("https://github.com/me/app/pull/8"),
                at: .api(endpoint.url, token: "token-of-mine"),
                in: repository.top
            )
            let requests = await endpoint.stop()
            #expect(
                requests.map(\.path) == [
                    "/repos/me/app/issues/8", "/repos/me/app/pulls/8", "/repos/me/app/issues/7",
                ]
            )
            #expect(requests.allSatisfy { $0.authorization == "Bearer token-of-mine" && $0.method == "GET" })
            #expect(try await repository.shell("grep -rl token-of-mine . || true", in: repository.base) == "")
            #expect(captured.changedFiles.map(\.path) == ["b"])
        }
    }

    @Test("an issue takes its commits from a range or from the pull request that is named")
    func issueAlone() async throws {
        try await ScratchRepository.with(setup) { repository in
            let capture = try repository.capture
            let reference = try ForgeReference("me/app#7")
            let files = try save([issue], repository)
            let captured = try await capture.create(
                fromGitHub: reference,
                at: .files(files),
                commits: "main...work",
                in: repository.top
            )
            #expect(captured.changedFiles.map(\.path) == ["b"])
            let both = try save([issue, try await pull(repository)], repository)
            let closed = try await capture.create(fromGitHub: reference, at: .files(both), pull: 8, in: repository.top)
            #expect(closed.changedFiles.map(\.path) == ["b"])
            let error = await #expect(throws: SourceError.self) {
                try await capture.create(fromGitHub: reference, at: .files(files), in: repository.top)
            }
            #expect(error == .issueWithoutCommits("me/app#7"))
        }
    }

    @Test("commits that are not here are named with the fetch that brings them")
    func notHere() async throws {
        try await ScratchRepository.with(setup) { repository in
            let head = String(repeating: "ab", count: 20)
            let files = try save([try await pull(repository, head: head)], repository)
            let error = await #expect(throws: SourceError.self) {
                try await repository.capture.create(
                    fromGitHub: try ForgeReference("me/app#8"),
                    at: .files(files),
                    in: repository.top
                )
            }
            #expect(error == .commitsNotHere(commits: [head], fetch: "git fetch up refs/pull/8/head"))
        }
    }

    @Test("what GitHub refuses is said in one line")
    func refused() async throws {
        try await ScratchRepository.with(setup) { repository in
            let endpoint = try await LoopbackEndpoint.start(paths: [:])
            let error = await #expect(throws: SourceError.self) {
                try await repository.capture.create(
                    fromGitHub: try ForgeReference("me/app#8"),
                    at: .api(endpoint.url, token: nil),
                    in: repository.top
                )
            }
            let requests = await endpoint.stop()
            #expect(requests.map(\.authorization) == [nil])
            #expect(error == .noForgeAnswer("me/app#8", reason: "status 404, Not Found"))
        }
    }

    @Test(
        "a reference is owner/name#N, or the address",
        arguments: ["me/app", "me#1", "me/app#0", "me/app#x", "/app#1", "me/app/x#1", "../app#1", "#1", ""]
    )
    func reference(text: String) throws {
        #expect(throws: SourceError.self) { try ForgeReference(text) }
        #expect(try ForgeReference("https://github.com/me/app/issues/12").description == "me/app#12")
        #expect(try ForgeReference("me/a.p_p-2#12").number == 12)
    }

    @Test("a file that is something else is refused by name", arguments: ["no JSON", "{}", "[1]", #"{"number": 1}"#])
    func badFile(text: String) async throws {
        try await ScratchRepository.with(setup) { repository in
            let url = repository.directory("bad.json")
            try text.write(to: url, atomically: true, encoding: .utf8)
            let error = await #expect(throws: SourceError.self) {
                try await repository.capture.create(
                    fromGitHub: try ForgeReference("me/app#8"),
                    at: .files([url]),
                    in: repository.top
                )
            }
            #expect(error?.description.hasPrefix(url.path) == true)
        }
    }
}
