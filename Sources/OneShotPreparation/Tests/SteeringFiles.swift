/// Files that decide what a test run does and reports, beside the tests themselves. When an agent has touched one and
/// the solution has not, the verifier puts it back.
public enum SteeringFiles {
    /// Whether a path is a test, belongs to tests, or steers those of `suites`.
    public static func isProtected(_ path: String, by suites: TestSuites) -> Bool {
        TestRecipe.isTestFile(path) || contains(path) || builds(path, suites)
    }

    /// Whether a file says how a suite's tests are built and which of them there are, or is something built.
    private static func builds(_ path: String, _ suites: TestSuites) -> Bool {
        let parts = path.split(separator: "/").map { $0.lowercased() }
        return suites.suites.contains { suite in
            let program = suite.command.first?.split(separator: "/").last.map(String.init) ?? ""
            return [suite.runner.rawValue, program].contains { kind in
                manifests[kind]?.contains(parts.last ?? "") ?? false
                    || parts.dropLast().contains { outputs[kind]?.contains($0) ?? false }
            }
        }
    }

    /// Where builds and installers put what a run would take for its own.
    private static let outputs: [String: Set<String>] = [
        "go": ["vendor"], "cargo": ["target"], "swift": [".build"], "mvn": ["target"], "gradlew": ["build", ".gradle"],
        "make": ["build"],
    ]

    /// By runner, and by the program of a suite's command.
    private static let manifests: [String: Set<String>] = [
        "go": ["go.mod"], "cargo": ["cargo.toml", "build.rs"], "swift": ["package.swift"], "jest": ["package.json"],
        "vitest": ["package.json"], "rspec": ["gemfile"], "ctest": ["cmakelists.txt", "cmakepresets.json"],
        "make": ["makefile", "gnumakefile"], "mvn": ["pom.xml"],
        "gradlew": ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"],
    ]

    /// Whether a path is a test, or belongs to tests, and steers nothing.
    public static func isPlainTest(_ path: String) -> Bool { TestRecipe.isTestFile(path) && !contains(path) }

    static func contains(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map { $0.lowercased() }
        guard let name = parts.last else { return false }
        return names.contains(name)
            || prefixes.contains { name.hasPrefix($0) }
            || suffixes.contains { name.hasSuffix($0) }
            || parts.dropLast().contains { folder in
                folders.contains(folder) || folderSuffixes.contains { folder.hasSuffix($0) }
            }
    }

    private static let names: Set<String> = [
        // Python: pytest's and tox's settings, and what every interpreter imports when it starts.
        "conftest.py", "pytest.ini", ".pytest.ini", "pytest.toml", "pyproject.toml", "tox.ini", "setup.cfg",
        "noxfile.py",
        "sitecustomize.py", "usercustomize.py", "pyvenv.cfg", ".coveragerc",
        // Node.js
        ".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml", ".taprc", ".node-options",
        // Ruby
        ".rspec", ".rspec-local", ".minitest.rb",
        // Go, Rust
        "go.work", "go.work.sum", "rust-toolchain", "rust-toolchain.toml", "nextest.toml",
        // C, C++
        "ctestcustom.cmake", "ctesttestfile.cmake", "ctestconfig.cmake", "cmakeuserpresets.json",
        // Java
        "gradlew", "mvnw", "gradle.properties", "junit-platform.properties",
        // bats
        "setup_suite.bash",
    ]

    private static let prefixes = [
        "jest.config.", "jest.setup.", "vitest.config.", "vitest.setup.", "vitest.workspace.", "vite.config.",
        ".mocharc", "mocha.opts", "karma.conf.", "phpunit.xml", ".phpunit",
    ]

    private static let suffixes = [".pth", ".egg-link", ".pyc", ".pyo"]

    private static let folders: Set<String> = ["__pycache__", ".cargo", "node_modules", ".mvn", ".bundle", ".swiftpm"]

    private static let folderSuffixes = [".dist-info", ".egg-info"]
}
