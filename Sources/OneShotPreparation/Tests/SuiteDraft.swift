/// The suites that run a session's own tests: one for each runner and project directory.
struct SuiteDraft: Sendable {
    /// The tree that the tests run in.
    let files: FileTree
    /// The content of a file of it.
    let text: @Sendable (TreeEntry) async throws -> String?

    /// How many test files that were there before are run, too.
    static let mostExisting = 40

    struct Place: Hashable {
        /// In ``TestRecipe/all``.
        var recipe: Int
        /// Empty for the top.
        var directory: String
    }

    /// - Parameters:
    ///   - tests: the paths of the session's test files.
    ///   - alone: without the tests that were there before.
    /// - Returns: the suites, without those files that only support tests; empty when no file can be run.
    func suites(for tests: [String], alone: Bool = false) async throws -> [TestSuites.Suite] {
        var places: [Place] = []
        var own: [Place: [String]] = [:]
        for path in tests {
            guard let place = try await place(of: path) else { continue }
            if own[place] == nil { places.append(place) }
            own[place, default: []].append(path)
        }
        var suites: [TestSuites.Suite] = []
        for place in places {
            let mine = own[place] ?? []
            let all = mine + (alone ? [] : try await existing(at: place, beside: mine))
            suites.append(suite(place, all, taken: suites.map(\.id)))
        }
        return suites
    }

    private func suite(_ place: Place, _ paths: [String], taken: [String]) -> TestSuites.Suite {
        let recipe = TestRecipe.all[place.recipe]
        let prefix = place.directory.isEmpty ? 0 : place.directory.count + 1
        let files = paths.map { String($0.dropFirst(prefix)) }
        let words =
            ([recipe.name]
            + place.directory.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
            .map(String.init)).joined(separator: "_")
        let id = "test_\(words.prefix(90))"
        let number = (2...).first { !taken.contains("\(id)_\($0)") } ?? 2
        return TestSuites.Suite(
            id: taken.contains(id) ? "\(id)_\(number)" : id,
            runner: recipe.runner,
            directory: place.directory.isEmpty ? nil : place.directory,
            command: recipe.command(for: files),
            files: files,
            report: recipe.report
        )
    }

    /// The first recipe that fits, and the nearest directory above the file that is a project of its kind.
    func place(of path: String) async throws -> Place? {
        for (index, recipe) in TestRecipe.all.enumerated() where recipe.fits(path) {
            let above = Self.directories(above: path)
            if let marker = recipe.marker {
                for directory in above {
                    guard let entry = files[Self.join(directory, marker.file)], let content = try await text(entry)
                    else { continue }
                    if ("\n" + content).contains(marker.text) { return Place(recipe: index, directory: directory) }
                }
            } else {
                let project = above.first { directory in
                    recipe.manifests.contains { files[Self.join(directory, $0)] != nil }
                }
                return Place(recipe: index, directory: project ?? "")
            }
        }
        return nil
    }

    /// Test files of the same place that the session did not touch; those nearest to its own first.
    private func existing(at place: Place, beside own: [String]) async throws -> [String] {
        let recipe = TestRecipe.all[place.recipe]
        let prefix = place.directory.isEmpty ? "" : place.directory + "/"
        let neighbours = Set(own.map(Self.directory))
        let candidates = files.entries.filter { entry in
            entry.isFile && entry.path.hasPrefix(prefix) && recipe.fits(entry.path) && !own.contains(entry.path)
        }
        .map(\.path)
        .sorted { left, right in
            let near = [left, right].map { neighbours.contains(Self.directory($0)) }
            return near[0] == near[1] ? left < right : near[0]
        }
        var found: [String] = []
        for path in candidates where found.count < Self.mostExisting {
            if try await self.place(of: path) == place { found.append(path) }
        }
        return found.sorted()
    }

    /// From the nearest to the top, which is empty.
    static func directories(above path: String) -> [String] {
        var parts = path.split(separator: "/").dropLast()
        var all = [parts.joined(separator: "/")]
        while !parts.isEmpty {
            parts.removeLast()
            all.append(parts.joined(separator: "/"))
        }
        return all
    }

    private static func directory(_ path: String) -> String { directories(above: path)[0] }

    static func join(_ directory: String, _ name: String) -> String {
        directory.isEmpty ? name : "\(directory)/\(name)"
    }
}
