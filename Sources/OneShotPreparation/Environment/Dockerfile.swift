import Foundation

/// The text of a prepared task's Dockerfile. Of the files beside it, it copies only `repo.bundle`: neither tests nor
/// the solution can end up in a layer.
struct Dockerfile: Sendable {
    let recipes: [EnvironmentRecipe]

    var text: String {
        let base = recipes.compactMap(\.base).first ?? EnvironmentRecipe.standardBase
        let packages = Set(EnvironmentRecipe.standardPackages + recipes.flatMap(\.packages)).sorted()
        let kinds = recipes.isEmpty ? "no language in particular" : recipes.map(\.name).joined(separator: ", ")
        return """
            # The environment of the task (\(kinds)), and the repository at its start. To look around in it:
            #
            #     docker build -t task . && docker run --rm -it task
            #
            # Edit freely; nothing but this file and repo.bundle is in reach of the build.
            ARG BASE=\(base)
            FROM ${BASE}

            RUN apt-get update \\
             && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \\
            \(packages.map { "      \($0) \\\n" }.joined()) && rm -rf /var/lib/apt/lists/*

            RUN useradd --uid 1000 --user-group --create-home --home-dir /home/agent --shell /bin/bash agent \\
             && mkdir -p /workspace \\
             && chown agent:agent /workspace

            ENV HOME=/home/agent LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
            COPY --chown=agent:agent repo.bundle /opt/repo.bundle
            USER agent
            WORKDIR /workspace
            RUN git clone --quiet --branch main /opt/repo.bundle . && git remote remove origin
            CMD ["bash"]

            """
    }
}
