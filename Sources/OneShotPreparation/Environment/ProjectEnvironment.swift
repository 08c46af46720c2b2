import Foundation

/// What a repository's own files say about the environment that it needs.
struct ProjectEnvironment: Sendable {
    let parts: [Part]
    /// The image that everything is built on.
    let base: String
    /// The programs that the project's tests need, by which an engine without images tells what is missing; sorted.
    let programs: [String]
    /// What a person should know, one sentence each.
    let notes: [String]

    /// One kind of project in the repository.
    struct Part: Sendable {
        let recipe: EnvironmentRecipe
        /// Below the repository's top; empty for the top.
        let directory: String
        /// The files that its dependencies are installed from.
        let manifests: [TreeEntry]
        /// Whether the image is the language's own.
        let isBase: Bool
    }

    /// Directories whose content is no project of this repository.
    private static let foreign: Set<String> = [
        ".git", ".venv", "node_modules", "vendor", "third_party", "testdata", "fixtures", "site-packages",
    ]

    /// - Parameter text: the content of one of ``filesToRead(in:)``.
    init(tree: FileTree, text: (String) -> String?) {
        let own = tree.entries.filter { Self.isOwn($0.path) && $0.isFile }
        let places = Places(own)
        var found: [(recipe: EnvironmentRecipe, directory: String)] = []
        var notes: [String] = []
        for ecosystem in EnvironmentRecipe.Ecosystem.allCases {
            let all = places.projects(of: ecosystem, text)
            guard let first = all.first else { continue }
            found.append(first)
            let others = all.dropFirst().filter { !$0.recipe.install.isEmpty }.map(\.directory)
            if !first.recipe.install.isEmpty, !others.isEmpty {
                notes.append(
                    "the dependencies of \(Self.name(first.directory)) are in the image, those of "
                        + "\(others.prefix(3).joined(separator: ", "))\(others.count > 3 ? ", …" : "") are not; "
                        + "edit the Dockerfile if the tests need them"
                )
            }
            if let note = first.recipe.note { notes.append(note) }
        }
        var base: (image: String, index: Int)?
        for (index, project) in found.enumerated() {
            guard let image = project.recipe.image else { continue }
            let wanted = image.wanted { name in
                text(Self.join(project.directory, name)) ?? (project.directory.isEmpty ? nil : text(name))
            }
            if let debian = image.debian, wanted.map({ $0 <= debian || debian.covers($0) }) ?? true { continue }
            let version = wanted ?? LanguageVersion(6, 1)
            guard base == nil else {
                notes.append(
                    "\(project.recipe.name) \(version) is asked for, and the image has Debian's version, since it is "
                        + "built on \(base?.image ?? ""); edit the Dockerfile if the tests need it"
                )
                continue
            }
            base = (image.name.replacing("{version}", with: version.description), index)
        }
        parts = found.enumerated().map { index, project in
            Part(
                recipe: project.recipe,
                directory: project.directory,
                manifests: Self.manifests(of: project.recipe, in: project.directory, own),
                isBase: base?.index == index
            )
        }
        let pytest = own.contains { Self.needsPytest($0.path, text) } ? ["pytest"] : []
        programs = Set(["git", "python3"] + found.flatMap(\.recipe.programs) + pytest).sorted()
        self.base = base?.image ?? EnvironmentRecipe.standardBase
        self.notes = notes
    }

    /// The files whose content recipes look at.
    static func filesToRead(in tree: FileTree) -> [TreeEntry] {
        let names: Set<String> = [
            ".python-version", "pyproject.toml", "setup.py", "setup.cfg", "package.json", ".nvmrc", ".node-version",
            "go.mod", "go.work", "Cargo.toml", "Cargo.lock", "rust-toolchain", "rust-toolchain.toml", "Package.swift",
            ".ruby-version",
        ]
        return tree.entries.filter { entry in
            let name = entry.path.split(separator: "/").last.map(String.init) ?? ""
            return (names.contains(name) || isPythonTest(name)) && entry.isFile && entry.size < 4 << 20
                && isOwn(entry.path)
        }
    }

    private static func isPythonTest(_ name: String) -> Bool {
        name.hasSuffix("_test.py") || (name.hasPrefix("test_") && name.hasSuffix(".py"))
    }

    /// Tests that are functions are not the standard library's.
    private static func needsPytest(_ path: String, _ text: (String) -> String?) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if name == "conftest.py" || name == "pytest.ini" { return true }
        guard isPythonTest(name), let content = text(path) else { return false }
        return content.contains("import pytest") || content.contains(/(?m)^(async )?def test_/)
    }

    private static func isOwn(_ path: String) -> Bool {
        !path.split(separator: "/").dropLast().contains { foreign.contains(String($0)) }
    }

    private static func manifests(
        of recipe: EnvironmentRecipe,
        in directory: String,
        _ entries: [TreeEntry]
    ) -> [TreeEntry] {
        let patterns = recipe.manifests.compactMap { try? PathPattern($0) }
        let prefix = directory.isEmpty ? "" : directory + "/"
        return entries.filter { entry in
            entry.path.hasPrefix(prefix)
                && patterns.contains { $0.matches(String(entry.path.dropFirst(prefix.count))) }
        }
    }

    static func join(_ directory: String, _ name: String) -> String {
        directory.isEmpty ? name : "\(directory)/\(name)"
    }

    private static func name(_ directory: String) -> String { directory.isEmpty ? "the top" : directory }
}

/// Which names are in which directory.
private struct Places {
    private var names: [String: Set<String>] = [:]
    private var suffixes: Set<String> = []

    init(_ entries: [TreeEntry]) {
        for entry in entries {
            let parts = entry.path.split(separator: "/")
            guard let name = parts.last.map(String.init) else { continue }
            names[parts.dropLast().joined(separator: "/"), default: []].insert(name)
            if let dot = name.lastIndex(of: "."), dot != name.startIndex { suffixes.insert(String(name[dot...])) }
        }
    }

    /// The one nearest to the top first.
    func projects(
        of ecosystem: EnvironmentRecipe.Ecosystem,
        _ text: (String) -> String?
    ) -> [(recipe: EnvironmentRecipe, directory: String)] {
        let recipes = EnvironmentRecipe.all.filter { $0.ecosystem == ecosystem }
        var found: [(recipe: EnvironmentRecipe, directory: String)] = []
        // Others would have to be quoted in a Dockerfile.
        for (directory, names) in names where directory.allSatisfy(Self.isPlain) {
            if let recipe = recipes.first(where: { fits($0, directory, names, text) }) {
                found.append((recipe, directory))
            }
        }
        if found.isEmpty, let recipe = recipes.first(where: { $0.marks.contains(where: suffixes.contains) }) {
            found.append((recipe, ""))
        }
        return found.sorted { (depth($0.directory), $0.directory) < (depth($1.directory), $1.directory) }
    }

    private func fits(
        _ recipe: EnvironmentRecipe,
        _ directory: String,
        _ names: Set<String>,
        _ text: (String) -> String?
    ) -> Bool {
        let marks = recipe.marks.filter(names.contains)
        guard !recipe.texts.isEmpty else { return !marks.isEmpty }
        return marks.contains { mark in
            let content = text(ProjectEnvironment.join(directory, mark)) ?? ""
            return recipe.texts.contains { content.contains($0) }
        }
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "/._-".contains(character))
    }

    private func depth(_ directory: String) -> Int { directory.isEmpty ? 0 : directory.split(separator: "/").count }
}

extension TaskObjects {
    /// What the repository at the start of a task needs.
    func environment(of tree: FileTree) async throws -> ProjectEnvironment {
        var texts: [String: String] = [:]
        try await forEachBlob(ProjectEnvironment.filesToRead(in: tree)) { entry, data in
            texts[entry.path] = String(decoding: data, as: UTF8.self)
        }
        return ProjectEnvironment(tree: tree) { texts[$0] }
    }
}
