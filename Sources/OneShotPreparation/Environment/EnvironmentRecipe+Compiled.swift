extension EnvironmentRecipe {
    static let compiled: [EnvironmentRecipe] = [
        EnvironmentRecipe(
            name: "Go",
            ecosystem: .go,
            marks: ["go.work", "go.mod"],
            packages: ["golang-go"],
            programs: ["go"],
            image: LanguageImage(
                debian: LanguageVersion(1, 19),
                wanted: { text in
                    LanguageVersion.after(/(?m)^go\s/, in: text("go.mod") ?? text("go.work"))?.prefix(2)
                },
                name: "golang:{version}-bookworm",
                replaces: ["golang-go"]
            ),
            manifests: ["go.work", "go.work.sum", "**/go.mod", "**/go.sum"],
            install: ["export GOMODCACHE=/opt/go GOFLAGS=-modcacherw", "go mod download"],
            // Nothing is fetched in a trial, a newer toolchain neither.
            variables: [
                (name: "GOMODCACHE", value: "/opt/go"), (name: "GOPROXY", value: "off"),
                (name: "GOTOOLCHAIN", value: "local"),
            ]
        ),
        EnvironmentRecipe(
            name: "Rust",
            ecosystem: .rust,
            marks: ["Cargo.toml"],
            packages: ["build-essential", "cargo", "pkg-config", "rustc"],
            programs: ["cargo"],
            image: LanguageImage(
                debian: LanguageVersion(1, 63),
                wanted: rustVersion,
                name: "rust:{version}-slim-bookworm",
                replaces: ["cargo", "rustc"]
            ),
            manifests: ["**/Cargo.toml", "Cargo.lock", ".cargo/config.toml", ".cargo/config"],
            install: [
                "export CARGO_HOME=/opt/cargo",
                // Cargo reads no manifest without a target.
                "for file in $(find . -name Cargo.toml); do mkdir -p \"${file%Cargo.toml}src\"",
                "touch \"${file%Cargo.toml}src/lib.rs\" \"${file%Cargo.toml}src/main.rs\"; done",
                "cargo fetch || echo 'again when the repository is there'",
            ],
            finish: ["CARGO_HOME=/opt/cargo cargo fetch"],
            variables: [(name: "CARGO_HOME", value: "/opt/cargo"), (name: "CARGO_NET_OFFLINE", value: "true")]
        ),
        EnvironmentRecipe(
            name: "Swift",
            ecosystem: .swift,
            marks: ["Package.swift"],
            programs: ["swift"],
            image: LanguageImage(
                debian: nil,
                wanted: { text in
                    LanguageVersion.after(/swift-tools-version\s*:/, in: text("Package.swift"))
                        .map { max($0.prefix(2), LanguageVersion(6, 1)) }
                },
                name: "swift:{version}-bookworm"
            ),
            note: "the packages that a Package.swift names are not in the image; vendor them, or edit the Dockerfile"
        ),
        EnvironmentRecipe(
            name: "Java (Maven)",
            ecosystem: .java,
            marks: ["pom.xml"],
            packages: ["default-jdk-headless", "maven"],
            programs: ["javac", "mvn"],
            manifests: ["**/pom.xml"],
            install: [
                "mvn -B -q -Dmaven.repo.local=/opt/maven dependency:go-offline || echo 'again when the repository is there'"
            ],
            // Maven finds out what a test needs only by running one.
            finish: ["mvn -B -q -Dmaven.repo.local=/opt/maven -Dmaven.test.failure.ignore=true test"],
            variables: [(name: "MAVEN_OPTS", value: "-Dmaven.repo.local=/opt/maven")]
        ),
        EnvironmentRecipe(
            name: "Java (Gradle)",
            ecosystem: .java,
            marks: ["build.gradle", "build.gradle.kts"],
            packages: ["default-jdk-headless"],
            programs: ["javac"],
            note: "Gradle and what it fetches are not in the image; vendor them, or edit the Dockerfile"
        ),
        EnvironmentRecipe(
            name: "Meson",
            ecosystem: .c,
            marks: ["meson.build"],
            packages: ["build-essential", "meson", "ninja-build", "pkg-config"],
            programs: ["cc", "meson", "ninja"]
        ),
        EnvironmentRecipe(
            name: "CMake",
            ecosystem: .c,
            marks: ["CMakeLists.txt"],
            packages: ["build-essential", "cmake", "ninja-build", "pkg-config"],
            programs: ["cc", "cmake"]
        ),
        EnvironmentRecipe(
            name: "Autotools",
            ecosystem: .c,
            marks: ["configure.ac", "configure.in"],
            packages: ["autoconf", "automake", "build-essential", "libtool", "pkg-config"],
            programs: ["autoreconf", "cc", "make"]
        ),
        EnvironmentRecipe(
            name: "C and C++",
            ecosystem: .c,
            marks: [".c", ".cc", ".cpp", ".cxx"],
            packages: ["build-essential", "pkg-config"],
            programs: ["cc"]
        ),
    ]

    static let others: [EnvironmentRecipe] = [
        EnvironmentRecipe(
            name: "Ruby",
            ecosystem: .ruby,
            marks: ["Gemfile"],
            packages: ["build-essential", "bundler", "ruby", "ruby-dev", "ruby-rspec"],
            programs: ["bundle", "ruby"],
            image: rubyImage,
            manifests: ["Gemfile", "Gemfile.lock", "*.gemspec", "**/version.rb", ".ruby-version"],
            install: ["export BUNDLE_PATH=/opt/bundle", "bundle install"],
            variables: [(name: "BUNDLE_PATH", value: "/opt/bundle")]
        ),
        EnvironmentRecipe(
            name: "Ruby",
            ecosystem: .ruby,
            marks: [".gemspec", ".rb"],
            packages: ["bundler", "ruby", "ruby-rspec"],
            programs: ["ruby"],
            image: rubyImage
        ),
        EnvironmentRecipe(
            name: "Make",
            ecosystem: .make,
            marks: ["Makefile", "makefile", "GNUmakefile"],
            packages: ["make"],
            programs: ["make"]
        ),
        EnvironmentRecipe(name: "shell", ecosystem: .shell, marks: [".bats"], packages: ["bats"], programs: ["bats"]),
    ]

    private static let rubyImage = LanguageImage(
        debian: LanguageVersion(3, 1),
        wanted: { text in LanguageVersion.file(text(".ruby-version"))?.prefix(2) },
        name: "ruby:{version}-slim-bookworm",
        replaces: ["bundler", "ruby", "ruby-dev", "ruby-rspec"],
        also: ["gem install --no-document rspec"]
    )

    @Sendable
    private static func rustVersion(_ text: (String) -> String?) -> LanguageVersion? {
        let toolchain = text("rust-toolchain.toml") ?? text("rust-toolchain")
        let manifest = text("Cargo.toml")
        let asked = [
            LanguageVersion.after(/channel\s*=/, in: toolchain),
            toolchain.flatMap { $0.contains("[") ? nil : LanguageVersion.file($0) },
            LanguageVersion.after(/rust-version\s*=/, in: manifest),
            manifest.flatMap { $0.contains("edition = \"2024\"") ? LanguageVersion(1, 85) : nil },
            // The lock file's format.
            text("Cargo.lock").flatMap { $0.contains("\nversion = 4\n") ? LanguageVersion(1, 78) : nil },
        ]
        return asked.compactMap { $0?.prefix(2) }.max()
    }
}
