import Foundation

/// What the environment of a kind of project needs, and how that kind is told by its files.
struct EnvironmentRecipe: Sendable {
    let name: String
    /// Names of files anywhere in the tree; a leading `.` stands for a suffix.
    let marks: [String]
    /// Debian's packages.
    var packages: [String] = []
    /// Instead of Debian's own image, for what Debian does not have.
    var base: String?

    static let standardBase = "debian:bookworm-slim"
    static let standardPackages = ["ca-certificates", "git", "procps", "python3"]

    static let all: [EnvironmentRecipe] = [
        EnvironmentRecipe(
            name: "python",
            marks: ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "tox.ini", ".py"],
            packages: ["python3-pip", "python3-pytest", "python3-venv"]
        ),
        EnvironmentRecipe(name: "node", marks: ["package.json", ".mjs"], packages: ["nodejs", "npm"]),
        EnvironmentRecipe(name: "go", marks: ["go.mod"], packages: ["golang-go"]),
        EnvironmentRecipe(name: "rust", marks: ["Cargo.toml"], packages: ["cargo", "rustc"]),
        EnvironmentRecipe(name: "ruby", marks: ["Gemfile", ".gemspec"], packages: ["bundler", "ruby", "ruby-rspec"]),
        EnvironmentRecipe(
            name: "java",
            marks: ["pom.xml", "build.gradle", "build.gradle.kts"],
            packages: ["default-jdk-headless", "maven"]
        ),
        EnvironmentRecipe(
            name: "c",
            marks: ["CMakeLists.txt", "configure.ac", "meson.build", ".c", ".cpp", ".cc"],
            packages: ["build-essential", "cmake", "pkg-config"]
        ),
        EnvironmentRecipe(name: "make", marks: ["Makefile", "makefile", "GNUmakefile"], packages: ["make"]),
        EnvironmentRecipe(name: "shell", marks: [".bats"], packages: ["bats"]),
        EnvironmentRecipe(name: "swift", marks: ["Package.swift"], base: "swift:6.1-bookworm"),
    ]

    /// The recipes that fit a tree, in the order of ``all``.
    static func detect(in tree: FileTree) -> [EnvironmentRecipe] {
        var names: Set<String> = []
        for entry in tree.entries {
            let name = entry.path.split(separator: "/").last.map(String.init) ?? entry.path
            names.insert(name)
            if let dot = name.lastIndex(of: "."), dot != name.startIndex { names.insert(String(name[dot...])) }
        }
        return all.filter { recipe in recipe.marks.contains(where: names.contains) }
    }
}
