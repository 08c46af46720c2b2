import Foundation

/// What the environment of one kind of project needs: a value for each kind, and nothing in it but data.
struct EnvironmentRecipe: Sendable {
    /// As in the Dockerfile's first line.
    let name: String
    let ecosystem: Ecosystem
    /// Names of files that make a directory a project of this kind; a leading `.` stands for a suffix, which makes the
    /// whole tree one.
    let marks: [String]
    /// Only where one of the marked files holds one of these texts; anywhere when empty.
    var texts: [String] = []
    /// Debian's packages.
    var packages: [String] = []
    /// The programs that the project's tests need, by which an engine without images tells what is missing.
    var programs: [String] = []
    /// The image of the language, for versions that Debian does not have.
    var image: LanguageImage?
    /// What the dependencies are installed from, as patterns below the project; these files are in the build before
    /// the repository is, so that tasks of one project share the layer.
    var manifests: [String] = []
    /// Shell commands that install the dependencies, as root, in a copy of the manifests at ``Dockerfile/manifests``.
    /// `{project}` stands for the project's directory in a trial.
    var install: [String] = []
    /// Shell commands, as root, in the project in `/workspace`; the tree is cleaned afterwards.
    var finish: [String] = []
    /// What the image's programs find the dependencies by. `HOME` is empty when a trial starts, so none is there.
    var variables: [(name: String, value: String)] = []
    /// What a person should know, where something is not installed.
    var note: String?

    /// Of several projects of one ecosystem the one nearest to the top gets its dependencies installed.
    enum Ecosystem: String, Sendable, CaseIterable {
        case python, node, go, rust, ruby, java, swift, c, make, shell
    }

    static let standardBase = "debian:bookworm-slim"
    static let standardPackages = ["ca-certificates", "git", "procps", "python3"]

    /// Of one ecosystem, the first that fits a directory is the one.
    static let all: [EnvironmentRecipe] = python + node + compiled + others
}

/// A language's own image on the public registry, for versions that Debian does not have.
struct LanguageImage: Sendable {
    /// What Debian bookworm has; nil when it has none.
    let debian: LanguageVersion?
    /// The least version that the project's files ask for; nil when they do not say. `text` gives the content of a file
    /// in the project's directory.
    let wanted: @Sendable (_ text: (String) -> String?) -> LanguageVersion?
    /// The image's name with `{version}`.
    let name: String
    /// Debian's packages that it takes the place of.
    var replaces: Set<String> = []
    /// What such an image does not have and Debian's packages do, as shell commands.
    var also: [String] = []
}
