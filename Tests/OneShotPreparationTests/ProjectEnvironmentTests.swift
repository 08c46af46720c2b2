import Foundation
import Testing

@testable import OneShotPreparation

@Suite("The environment that a project's files ask for")
struct ProjectEnvironmentTests {
    private func environment(_ files: [String: String]) -> ProjectEnvironment {
        let entries = files.keys.sorted().map { path in
            TreeEntry(rawPath: Data(path.utf8), mode: "100644", object: path, size: files[path]?.utf8.count ?? 0)
        }
        let tree = FileTree(id: "tree", entries: entries)
        let read = Set(ProjectEnvironment.filesToRead(in: tree).map(\.path))
        return ProjectEnvironment(tree: tree) { read.contains($0) ? files[$0] : nil }
    }

    private static let project = "[project]\nname = \"x\"\ndependencies = [\"y\"]\n"

    @Test(
        "the kind of a project is told by its files",
        arguments: [
            (["uv.lock": "", "pyproject.toml": project], ["Python (uv)"]),
            (["poetry.lock": "", "pyproject.toml": "[tool.poetry]"], ["Python (Poetry)"]),
            (["requirements.txt": "", "setup.py": ""], ["Python (pip)"]),
            (["pyproject.toml": project], ["Python (pip)"]),
            (["pyproject.toml": "[tool.pytest.ini_options]\n"], ["Python"]),
            (["a/b.py": ""], ["Python"]),
            (["package.json": "{}", "package-lock.json": "{}"], ["Node (npm)"]),
            (["package.json": "{}", "pnpm-lock.yaml": ""], ["Node (pnpm)"]),
            (["package.json": "{}", "yarn.lock": ""], ["Node (Yarn 1)"]),
            (["package.json": "{}", "yarn.lock": "", ".yarnrc.yml": ""], ["Node (Yarn)"]),
            (["package.json": #"{"devDependencies": {"a": "1"}}"#], ["Node (npm, no lock file)"]),
            (["package.json": #"{"scripts": {}}"#], ["Node"]),
            (["go.mod": "module x\n", "main.go": ""], ["Go"]),
            (["Cargo.toml": "", "src/lib.rs": ""], ["Rust"]),
            (["Package.swift": "// swift-tools-version: 6.0\n"], ["Swift"]),
            (["pom.xml": ""], ["Java (Maven)"]),
            (["build.gradle.kts": "", "gradlew": ""], ["Java (Gradle)"]),
            (["Gemfile": ""], ["Ruby"]),
            (["lib/a.rb": ""], ["Ruby"]),
            (["CMakeLists.txt": "", "a.cpp": ""], ["CMake"]),
            (["meson.build": ""], ["Meson"]),
            (["configure.ac": "", "Makefile.am": ""], ["Autotools"]),
            (["Makefile": "", "a.c": ""], ["C and C++", "Make"]),
            (["t/x.bats": ""], ["shell"]),
            (["README.md": "", "docs/a.txt": ""], []),
            (["node_modules/a/package.json": "{}", "vendor/x/go.mod": "", "tests/fixtures/Cargo.toml": ""], []),
            (
                ["api/uv.lock": "", "web/package-lock.json": "", "web/package.json": "{}"],
                ["Python (uv)", "Node (npm)"]
            ),
        ]
    )
    func kinds(files: [String: String], expected: [String]) {
        #expect(environment(files).parts.map(\.recipe.name) == expected)
    }

    @Test(
        "a version that Debian does not have brings the language's own image",
        arguments: [
            ("requires-python = \">=3.9\"\n", "pyproject.toml", "debian:bookworm-slim"),
            ("requires-python = \">=3.11.2,<4\"\n", "pyproject.toml", "debian:bookworm-slim"),
            ("requires-python = \">=3.12\"\n", "pyproject.toml", "python:3.12-slim-bookworm"),
            ("[tool.poetry.dependencies]\npython = \"^3.13\"\n", "pyproject.toml", "python:3.13-slim-bookworm"),
            ("3.13.1\n", ".python-version", "python:3.13-slim-bookworm"),
            ("v22.3.0\n", ".nvmrc", "node:22-bookworm-slim"),
            ("lts/*\n", ".nvmrc", "debian:bookworm-slim"),
            ("{\"engines\": {\"node\": \">=20\"}}", "package.json", "node:20-bookworm-slim"),
            ("module x\n\ngo 1.19\n", "go.mod", "debian:bookworm-slim"),
            ("module x\n\ngo 1.22.1\n", "go.mod", "golang:1.22-bookworm"),
            ("[package]\nrust-version = \"1.70\"\n", "Cargo.toml", "rust:1.70-slim-bookworm"),
            ("[package]\nedition = \"2021\"\n", "Cargo.toml", "debian:bookworm-slim"),
            ("// swift-tools-version: 6.2\n", "Package.swift", "swift:6.2-bookworm"),
            ("// swift-tools-version:5.9\n", "Package.swift", "swift:6.1-bookworm"),
            ("ruby-3.3.0\n", ".ruby-version", "ruby:3.3-slim-bookworm"),
        ]
    )
    func versions(text: String, file: String, base: String) {
        // The marks that such files come with.
        let more = [".python-version": "a.py", ".nvmrc": "a.mjs", ".ruby-version": "Gemfile"][file]
        var files = [file: text]
        if let more { files[more] = "" }
        #expect(environment(files).base == base)
    }

    @Test(
        "tests that are not the standard library's need pytest",
        arguments: [
            (["test_a.py": "def test_a():\n    pass\n"], ["git", "pytest", "python3"]),
            (
                ["a_test.py": "import unittest\n\nclass A(unittest.TestCase):\n    def test_a(self): pass\n"],
                ["git", "python3"]
            ),
            (["tests/conftest.py": "", "Makefile": ""], ["git", "make", "pytest", "python3"]),
        ]
    )
    func programs(files: [String: String], expected: [String]) {
        #expect(environment(files).programs == expected)
    }

    @Test("of two languages that want their own image one gets it, and a note says so")
    func twoImages() {
        let both = environment(["go.mod": "go 1.23\n", ".python-version": "3.13\n", "a.py": ""])
        #expect(both.base == "python:3.13-slim-bookworm")
        #expect(both.notes.count == 1 && both.notes[0].hasPrefix("Go 1.23 is asked for"))
        let text = Dockerfile(environment: both).text
        #expect(text.contains(" golang-go ") && !text.contains("python3-pytest"))
        #expect(text.contains("pip install --no-cache-dir pytest"))
    }

    @Test("of two projects of a kind the one at the top is installed, and a note names the others")
    func nested() {
        let two = environment(["b/uv.lock": "", "a/c/requirements.txt": "", "a/c/d/package.json": "{}"])
        #expect(two.parts.map(\.directory) == ["b", "a/c/d"])
        #expect(
            two.notes == [
                "the dependencies of b are in the image, those of a/c are not; edit the Dockerfile if the tests need them"
            ]
        )
    }

    @Test("the manifests are those of the project, and directories that would need quoting are none")
    func manifests() {
        let files = [
            "web/package.json": "{}", "web/package-lock.json": "{}", "web/packages/a/package.json": "{}",
            "web/node_modules/b/package.json": "{}", "web/src/a.js": "", "package.json.md": "",
        ]
        let part = environment(files).parts.first
        #expect(
            part?.manifests.map(\.path) == [
                "web/package-lock.json", "web/package.json", "web/packages/a/package.json",
            ]
        )
        #expect(environment(["a; rm -rf $HOME/go.mod": "", "b\nUSER root/go.mod": ""]).parts.isEmpty)
    }

    @Test("the Dockerfile of a project without a language")
    func none() {
        #expect(
            Dockerfile(environment: environment(["README.md": ""])).text == """
                # The environment of the task (no language in particular), and the repository at its start. To look around in it:
                #
                #     docker build -t task . && docker run --rm -it task
                #
                # Edit freely; nothing but this file, environment/ and repo.bundle is in reach of the build. An engine without
                # images wants these programs on the machine:
                # Programs: git python3
                ARG BASE=debian:bookworm-slim
                FROM ${BASE}

                RUN set -e; export HOME=/root; \\
                    if [ -e /run/oneshot/settings.sh ]; then . /run/oneshot/settings.sh; fi; \\
                    apt-get update; \\
                    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ca-certificates git procps python3; \\
                    rm -rf /var/lib/apt/lists/*; \\
                    useradd --non-unique --uid 1000 --user-group --create-home --home-dir /home/agent --shell /bin/bash agent; \\
                    install --directory --owner=agent --group=agent /workspace; \\
                    git config --system --add safe.directory /workspace

                ENV HOME=/home/agent LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

                COPY --chown=agent:agent repo.bundle /home/agent/repo.bundle
                USER agent
                WORKDIR /workspace
                RUN git clone --quiet --branch main /home/agent/repo.bundle . && git remote remove origin \\
                 && rm /home/agent/repo.bundle

                CMD ["bash"]

                """
        )
    }

    @Test("the Dockerfile of a Go project below the top installs its modules before the repository is there")
    func go() {
        let files = ["tool/go.mod": "module x\n\ngo 1.18\n", "tool/go.sum": "", "tool/main.go": ""]
        let text = Dockerfile(environment: environment(files)).text
        #expect(
            text.contains(
                """
                COPY environment/go /opt/environment/go
                RUN set -e; export HOME=/root; \\
                    if [ -e /run/oneshot/settings.sh ]; then . /run/oneshot/settings.sh; fi; \\
                    mkdir -p /opt/environment/go/tool; cd /opt/environment/go/tool; \\
                    export GOMODCACHE=/opt/go GOFLAGS=-modcacherw; \\
                    go mod download; \\
                    cd /; rm -rf /opt/environment /root/.cache /root/.npm

                COPY --chown=agent:agent repo.bundle
                """
            )
        )
        #expect(text.hasSuffix("\nENV GOMODCACHE=/opt/go GOPROXY=off GOTOOLCHAIN=local\n\nCMD [\"bash\"]\n"))
    }

    @Test("no Dockerfile holds a place of this machine, a registry, or more than the plain syntax")
    func plain() {
        for recipe in EnvironmentRecipe.all {
            var files = Dictionary(
                uniqueKeysWithValues: recipe.marks.map { mark in
                    (mark.hasPrefix(".") && !mark.hasPrefix(".yarn") ? "x\(mark)" : mark, recipe.texts.first ?? "")
                }
            )
            files["README.md"] = ""
            let text = Dockerfile(environment: environment(files)).text
            #expect(text.contains(recipe.name), "\(recipe.name)")
            for word in ["http", "--mount", "<<", "/tmp", "/home/me", "{project}", "{version}"] {
                #expect(!text.contains(word), "\(recipe.name): \(word)")
            }
        }
    }

    @Test("versions are compared by their numbers")
    func comparison() throws {
        let version = try #require(LanguageVersion(in: ">=3.10.2,<4"))
        #expect(version.description == "3.10.2")
        #expect(
            version > LanguageVersion(3, 9) && version < LanguageVersion(3, 11)
                && LanguageVersion(18) == LanguageVersion(18)
        )
        #expect(
            LanguageVersion(3).covers(LanguageVersion(3, 11)) && !LanguageVersion(3, 1).covers(LanguageVersion(3, 11))
        )
        #expect(LanguageVersion(in: "lts/*") == nil)
    }
}
