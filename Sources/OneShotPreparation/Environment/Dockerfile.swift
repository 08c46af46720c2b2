import Foundation

/// The text of a prepared task's Dockerfile. It copies nothing: neither the repository nor tests nor the solution are
/// in its build context, so they cannot end up in a layer.
struct Dockerfile: Sendable {
    let recipes: [EnvironmentRecipe]

    var text: String {
        let base = recipes.compactMap(\.base).first ?? EnvironmentRecipe.standardBase
        let packages = Set(EnvironmentRecipe.standardPackages + recipes.flatMap(\.packages)).sorted()
        let kinds = recipes.isEmpty ? "no language in particular" : recipes.map(\.name).joined(separator: ", ")
        return """
            # The environment of the task (\(kinds)). It needs no file beside this one:
            #
            #     docker build -t task - <Dockerfile
            #     git clone repo.bundle workspace && docker run --rm -it -v "$PWD/workspace:/workspace" task
            #
            # 'oneshot run' builds it once and mounts the repository at /workspace, history-free.
            ARG BASE=\(base)
            FROM ${BASE}

            RUN apt-get update \\
             && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \\
            \(packages.map { "      \($0) \\\n" }.joined()) && rm -rf /var/lib/apt/lists/*

            RUN useradd --uid 1000 --user-group --create-home --home-dir /home/agent --shell /bin/bash agent \\
             && mkdir -p /workspace \\
             && chown agent:agent /workspace

            ENV HOME=/home/agent LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
            USER agent
            WORKDIR /workspace
            CMD ["bash"]

            """
    }
}
