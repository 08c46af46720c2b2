import Foundation
import Testing

@testable import OneShotSandbox

@Suite("What engines are told and say")
struct ContainerDialectTests {
    @Test("each dialect has its words for the same things")
    func words() {
        let dialects: [ContainerDialect] = [.docker, .podman, .appleContainer]
        #expect(dialects.map(\.program) == ["docker", "podman", "container"])
        #expect(
            dialects.map(\.removeArguments).map { $0.joined(separator: " ") } == [
                "rm --force", "rm --force --time 0", "delete --force",
            ]
        )
        #expect(
            dialects.map(\.removeImageArguments).map { $0.joined(separator: " ") } == ["rmi", "rmi", "image delete"]
        )
        #expect(ContainerDialect.appleContainer.statusArguments == ["system", "status"])
        #expect(ContainerDialect.appleContainer.buildArguments == ["--progress", "plain"])
        #expect(ContainerDialect.podman.buildArguments.contains("--http-proxy=false"))
        #expect(ContainerDialect.appleContainer.temporaryArguments("/run") == ["--tmpfs", "/run"])
        #expect(!ContainerDialect.appleContainer.lendsSockets)
        #expect(EngineSelection.names == ["docker", "podman", "apple-container", "local"])
    }

    @Test(
        "an engine that is not for this system says so",
        .enabled(if: ContainerDialect.here.count == 2, "this is macOS")
    )
    func elsewhere() async {
        let error = await #expect(throws: SandboxError.self) {
            try await EngineSelection.choose(named: "apple-container")
        }
        #expect(
            error?.description
                == "engine 'apple-container': it runs on macOS only; use --engine podman, docker or local"
        )
    }

    @Test("an engine that does not answer is told how to be started")
    func starting() {
        #expect(ContainerDialect.docker.start(after: "Cannot connect to the Docker daemon").contains("start"))
        #expect(ContainerDialect.docker.start(after: "permission denied while trying").contains("group"))
    }

    @Test("docker's and podman's descriptions of an image are read")
    func image() {
        let text = """
            [{"Id":"sha256:aa","RepoTags":["localhost/oneshot/1:latest"],"RepoDigests":["r@sha256:bb"],"Size":12,
              "Created":"2026-11-22T15:46:05.576611941Z","Config":{"Labels":{"oneshot.image":"cc"}},
              "RootFS":{"Type":"layers","Layers":["sha256:dd","sha256:ee"]}},
             {"Id":"ff","RepoTags":null,"Config":{"Labels":null},"Size":1}]
            """
        let images = ImageFacts.read(Data(text.utf8), dialect: .podman)
        #expect(
            images == [
                ImageFacts(
                    id: "aa",
                    names: ["localhost/oneshot/1:latest"],
                    labels: ["oneshot.image": "cc"],
                    registryDigest: "r@sha256:bb",
                    bytes: 12,
                    layers: ["dd", "ee"],
                    created: Date(timeIntervalSince1970: 1_795_362_365)
                ), ImageFacts(id: "ff", bytes: 1),
            ]
        )
        #expect(ImageFacts.read(Data("no JSON".utf8), dialect: .docker).isEmpty)
    }

    @Test("Apple's descriptions of images and containers are read")
    func apple() {
        let image = """
            [{"configuration":{"name":"localhost/oneshot/1:latest","creationDate":"2026-11-22T15:46:05Z",
              "descriptor":{"digest":"sha256:aa","size":3}},"id":"aa",
              "variants":[{"platform":{"os":"unknown","architecture":"unknown"},"size":1},
                {"platform":{"os":"linux","architecture":"arm64"},"digest":"sha256:bb","size":12,
                 "config":{"config":{"Labels":{"oneshot.image":"cc"}},"rootfs":{"type":"layers","diff_ids":["sha256:dd"]}}}]}]
            """
        let facts = ImageFacts.read(Data(image.utf8), dialect: .appleContainer)
        #expect(facts.map(\.id) == ["aa"] && facts.map(\.bytes) == [12] && facts.map(\.layers) == [["dd"]])
        #expect(facts.first?.labels == ["oneshot.image": "cc"])
        let container =
            #"[{"id":"oneshot-x","configuration":{"id":"oneshot-x","labels":{"oneshot.sandbox":"y"}},"status":{}}]"#
        #expect(
            ContainerFacts.read(Data(container.utf8), dialect: .appleContainer)
                == [ContainerFacts(id: "oneshot-x", name: "oneshot-x", labels: ["oneshot.sandbox": "y"])]
        )
    }

    @Test("docker's container has a slash before its name, which is none of it")
    func container() {
        let text = #"[{"Id":"aa","Name":"/oneshot-x","Config":{"Labels":{"a":"b"}}}]"#
        #expect(
            ContainerFacts.read(Data(text.utf8), dialect: .docker)
                == [ContainerFacts(id: "aa", name: "oneshot-x", labels: ["a": "b"])]
        )
    }
}
