import Foundation
import OneShotCore

/// The programs that a Dockerfile asks for, where they can be told from it cheaply, for the engine that runs on the
/// host's own tools: a tool that is missing there is a failure of the environment, never of the agent.
struct HostTools: Equatable {
    /// Program names, sorted.
    var required: [String]
    /// Whether the Dockerfile installs dependencies of the project, which the host does not have for it.
    var hasDependencies: Bool

    init(dockerfile text: String) {
        let lines = text.textLines
        hasDependencies =
            lines.contains { $0.hasPrefix("COPY environment/") }
            || text.contains("python3 -m venv")
        let logical = lines.joined(separator: "\n").replacing("\\\n", with: " ")
        var names = Set<String>()
        var arguments: [String: String] = [:]
        for line in logical.textLines {
            // What 'oneshot prepare' knows of the project.
            if line.hasPrefix("# Programs: ") {
                names.formUnion(line.dropFirst(12).split(separator: " ").map(String.init))
            }
            let words = line.split { $0 == " " || $0 == "\t" || $0 == ";" || $0 == "&" }.map(String.init)
            switch words.first?.uppercased() {
            case "ARG":
                let parts = words.dropFirst().first?.split(separator: "=", maxSplits: 1).map(String.init) ?? []
                if parts.count == 2 { arguments["${\(parts[0])}"] = parts[1] }
            case "FROM":
                let base = words.dropFirst().first { !$0.hasPrefix("--") } ?? ""
                names.formUnion(Self.programs(ofBase: arguments[base] ?? base))
            case "RUN": names.formUnion(Self.programs(installedBy: words))
            default: break
            }
        }
        required = names.sorted()
    }

    /// The required programs that are in none of the directories, which are those a sandbox has on its `PATH`.
    func missing(from directories: [String]) -> [String] {
        required.filter { program in
            ([program] + (Self.otherNames[program] ?? [])).allSatisfy { name in
                !directories.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
            }
        }
    }

    /// Debian's package with a program; nil where Debian has none.
    static func package(of program: String) -> String? {
        program == "swift" ? nil : packagesByProgram[program] ?? program
    }

    /// As Debian calls them.
    private static let otherNames = ["pytest": ["pytest-3", "py.test-3"]]

    private static let packagesByProgram = [
        "autoreconf": "autoconf", "bundle": "bundler", "cc": "build-essential", "go": "golang-go",
        "javac": "default-jdk-headless", "mvn": "maven", "pytest": "python3-pytest", "ninja": "ninja-build",
        "node": "nodejs", "rg": "ripgrep",
    ]

    private static func programs(ofBase image: String) -> [String] {
        let name = image.split(separator: "/").last?.split(separator: ":").first.map(String.init) ?? ""
        return bases[name].map { [$0] } ?? []
    }

    private static func programs(installedBy words: [String]) -> [String] {
        guard let install = words.firstIndex(of: "install"), words[..<install].contains(where: isAptGet) else {
            return []
        }
        return words[install...].compactMap { packages[$0] }
    }

    private static func isAptGet(_ word: String) -> Bool { word == "apt-get" || word == "apt" }

    private static let bases = [
        "python": "python3", "node": "node", "golang": "go", "rust": "cargo", "swift": "swift", "ruby": "ruby",
        "gcc": "gcc", "openjdk": "javac",
    ]

    private static let packages = [
        "git": "git", "python3": "python3", "nodejs": "node", "npm": "npm", "make": "make", "cmake": "cmake",
        "gcc": "gcc", "g++": "g++", "build-essential": "cc", "golang": "go", "golang-go": "go", "cargo": "cargo",
        "rustc": "rustc", "default-jdk": "javac", "ruby": "ruby", "curl": "curl", "jq": "jq", "ripgrep": "rg",
    ]
}
