import Foundation

/// The text of a prepared task's Dockerfile. Of the files beside it, it copies only `environment/` and `repo.bundle`:
/// neither tests nor the solution can end up in a layer. Plain syntax, so that every builder takes it.
struct Dockerfile: Sendable {
    let environment: ProjectEnvironment

    /// Where the files that dependencies are installed from are during the build.
    static let manifests = "/opt/environment"
    /// A file that `oneshot` puts there for the time of a build, never into a layer: this machine's mirrors, proxies
    /// and certificates as shell variables.
    static let settings = "/run/oneshot/settings.sh"

    var text: String {
        let kinds = environment.parts.map { "\($0.recipe.name)\($0.directory.isEmpty ? "" : " in \($0.directory)")" }
        var blocks = [
            """
            # The environment of the task (\(kinds.isEmpty ? "no language in particular" : kinds.joined(separator: ", "))), \
            and the repository at its start. To look around in it:
            #
            #     docker build -t task . && docker run --rm -it task
            #
            # Edit freely; nothing but this file, environment/ and repo.bundle is in reach of the build. An engine without
            # images wants these programs on the machine:
            # Programs: \(environment.programs.joined(separator: " "))
            ARG BASE=\(environment.base)
            FROM ${BASE}
            """,
            run(
                "apt-get update",
                "DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "
                    + packages.joined(separator: " "),
                "rm -rf /var/lib/apt/lists/*",
                "useradd --non-unique --uid 1000 --user-group --create-home --home-dir /home/agent --shell /bin/bash agent",
                "install --directory --owner=agent --group=agent /workspace",
                // For whoever looks around as another user.
                "git config --system --add safe.directory /workspace"
            ),
            "ENV HOME=/home/agent LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1",
        ]
        blocks += environment.parts.compactMap(installation)
        blocks.append(
            """
            COPY --chown=agent:agent repo.bundle /home/agent/repo.bundle
            USER agent
            WORKDIR /workspace
            RUN git clone --quiet --branch main /home/agent/repo.bundle . && git remote remove origin \\
             && rm /home/agent/repo.bundle
            """
        )
        blocks += finishing
        blocks.append("CMD [\"bash\"]\n")
        return blocks.joined(separator: "\n\n")
    }

    /// Sorted, so that the same needs are the same layer.
    private var packages: [String] {
        let replaced = environment.parts.filter(\.isBase).compactMap(\.recipe.image?.replaces)
            .reduce(into: Set<String>()) { $0.formUnion($1) }
        let wanted = EnvironmentRecipe.standardPackages + environment.parts.flatMap(\.recipe.packages)
        return Set(wanted).subtracting(replaced).sorted()
    }

    private func installation(_ part: ProjectEnvironment.Part) -> String? {
        let also = part.isBase ? part.recipe.image?.also ?? [] : []
        guard !part.recipe.install.isEmpty else { return also.isEmpty ? nil : run(also) }
        let place = "\(Self.manifests)/\(part.recipe.ecosystem.rawValue)"
        var lines: [String] = []
        if !part.manifests.isEmpty {
            lines = [
                "# Before the repository, so that tasks with the same dependencies share the layer.",
                "COPY environment/\(part.recipe.ecosystem.rawValue) \(place)",
            ]
        }
        let directory = part.directory.isEmpty ? place : "\(place)/\(part.directory)"
        lines.append(
            run(
                also + ["mkdir -p \(directory); cd \(directory)"]
                    + part.recipe.install.map { named($0, part) } + [
                        "cd /; rm -rf \(Self.manifests) /root/.cache /root/.npm"
                    ]
            )
        )
        return lines.joined(separator: "\n")
    }

    /// What needs the repository, and then the variables that hold in trials, where nothing is installed any more.
    private var finishing: [String] {
        let parts = environment.parts
        var blocks: [String] = []
        let steps = parts.filter { !$0.recipe.finish.isEmpty }.map { part in
            run(["cd \(project(part))"] + part.recipe.finish + ["git -C /workspace clean -ffdxq"])
        }
        if !steps.isEmpty { blocks = ["USER root"] + steps + ["USER agent"] }
        let variables = parts.map { part in
            part.recipe.variables.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
        }.filter { !$0.isEmpty }
        blocks += variables.map { "ENV \($0)" }
        return blocks
    }

    private func project(_ part: ProjectEnvironment.Part) -> String {
        part.directory.isEmpty ? "/workspace" : "/workspace/\(part.directory)"
    }

    private func named(_ command: String, _ part: ProjectEnvironment.Part) -> String {
        command.replacing("{project}", with: project(part))
    }

    private func run(_ commands: String...) -> String { run(commands) }

    /// One layer that ends with the first command that fails.
    private func run(_ commands: [String]) -> String {
        let settings = "if [ -e \(Self.settings) ]; then . \(Self.settings); fi"
        return "RUN " + (["set -e; export HOME=/root", settings] + commands).joined(separator: "; \\\n    ")
    }
}
