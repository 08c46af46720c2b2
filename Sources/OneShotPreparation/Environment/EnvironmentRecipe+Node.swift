extension EnvironmentRecipe {
    /// What is installed is in `/node_modules`, where Node looks after all directories above a file: the repository
    /// can be laid over `/workspace` and taken away, and nothing of its dependencies is in its tree.
    static let node: [EnvironmentRecipe] = [
        EnvironmentRecipe(
            name: "Node (pnpm)",
            ecosystem: .node,
            marks: ["pnpm-lock.yaml"],
            packages: nodePackages,
            programs: ["node", "npm"],
            image: nodeImage,
            manifests: nodeManifests + ["pnpm-lock.yaml", "pnpm-workspace.yaml", ".pnpmfile.cjs", "patches/**"],
            install: [
                "npm install --global --no-audit --no-fund pnpm@9",
                "pnpm install --frozen-lockfile --config.node-linker=hoisted",
            ] + moveModules,
            variables: nodeVariables
        ),
        EnvironmentRecipe(
            name: "Node (Yarn)",
            ecosystem: .node,
            marks: [".yarnrc.yml"],
            packages: nodePackages,
            programs: ["node", "npm"],
            image: nodeImage,
            manifests: nodeManifests + ["yarn.lock", ".yarnrc.yml", ".yarn/releases/*", ".yarn/patches/*"],
            install: [
                "npm install --global --no-audit --no-fund @yarnpkg/cli-dist@4",
                "YARN_NODE_LINKER=node-modules YARN_ENABLE_GLOBAL_CACHE=false yarn install --immutable",
            ] + moveModules,
            variables: nodeVariables
        ),
        EnvironmentRecipe(
            name: "Node (Yarn 1)",
            ecosystem: .node,
            marks: ["yarn.lock"],
            packages: nodePackages,
            programs: ["node", "npm"],
            image: nodeImage,
            manifests: nodeManifests + ["yarn.lock", ".yarnrc"],
            install: [
                "npm install --global --no-audit --no-fund yarn@1", "yarn install --frozen-lockfile --non-interactive",
            ] + moveModules,
            variables: nodeVariables
        ),
        EnvironmentRecipe(
            name: "Node (npm)",
            ecosystem: .node,
            marks: ["package-lock.json", "npm-shrinkwrap.json"],
            packages: nodePackages,
            programs: ["node", "npm"],
            image: nodeImage,
            manifests: nodeManifests + ["package-lock.json", "npm-shrinkwrap.json"],
            install: ["npm ci --no-audit --no-fund"] + moveModules,
            variables: nodeVariables
        ),
        EnvironmentRecipe(
            name: "Node (npm, no lock file)",
            ecosystem: .node,
            marks: ["package.json"],
            texts: ["ependencies\"", "\"workspaces\""],
            packages: nodePackages,
            programs: ["node", "npm"],
            image: nodeImage,
            manifests: nodeManifests,
            install: ["npm install --no-audit --no-fund --no-package-lock"] + moveModules,
            variables: nodeVariables
        ),
        EnvironmentRecipe(
            name: "Node",
            ecosystem: .node,
            marks: ["package.json"],
            texts: ["\"scripts\""],
            packages: nodePackages,
            programs: ["node"],
            image: nodeImage
        ),
        EnvironmentRecipe(
            name: "Node",
            ecosystem: .node,
            marks: ["package.json", ".mjs"],
            packages: ["nodejs"],
            programs: ["node"],
            image: nodeImage
        ),
    ]

    private static let nodePackages = ["nodejs", "npm"]
    private static let nodeManifests = ["**/package.json", ".npmrc"]
    private static let nodeVariables = [
        (name: "PATH", value: "/node_modules/.bin:$PATH"), (name: "NODE_PATH", value: "/node_modules"),
    ]

    /// The links of a workspace's own packages lead to where those are in a trial.
    private static let moveModules = [
        "mkdir -p node_modules",
        "for link in $(find node_modules -maxdepth 2 -type l); do real=$(readlink -f \"$link\")",
        "case \"$real\" in \"$PWD\"/node_modules/*) ;; "
            + "\(Dockerfile.manifests)/*) ln -sfn \"/workspace${real#\(Dockerfile.manifests)/node}\" \"$link\" ;; esac; done",
        // They name the registry that was asked.
        "rm -f node_modules/.package-lock.json node_modules/.modules.yaml node_modules/.yarn-state.yml",
        "mv node_modules /node_modules",
    ]

    private static let nodeImage = LanguageImage(
        debian: LanguageVersion(18),
        wanted: { text in
            (LanguageVersion.file(text(".nvmrc")) ?? LanguageVersion.file(text(".node-version"))
                ?? LanguageVersion.after(/"node"\s*:/, in: text("package.json")))?.prefix(1)
        },
        name: "node:{version}-bookworm-slim",
        replaces: ["nodejs", "npm"]
    )
}
