/// Where a new test file of a project goes: in which way it is run, what it may be called, and what is there already.
struct TestTarget: Sendable {
    let recipe: TestRecipe
    /// Of the project, below the repository; empty for its top.
    let directory: String
    /// A path below the repository: of a test that is there, else one that would do.
    let example: String
    /// Whether a test lies at ``example``.
    let hasExample: Bool

    /// - Parameter solution: the files that the tests are about.
    /// - Returns: nil where no runner takes new files for the language of most of them.
    static func find(for solution: [FileChange], in suites: SuiteDraft) async throws -> TestTarget? {
        guard let language = language(of: solution) else { return nil }
        let changed = solution.map(\.path)
        // Tests of the project first; those whose place has most in common with what was changed.
        let tests = suites.files.entries.map(\.path).filter { path in
            TestRecipe.all.contains { $0.languages.contains(language) && $0.fits(path) }
        }
        let nearest = tests.sorted { nearness($0, changed) > nearness($1, changed) }
        for path in nearest.prefix(SuiteDraft.mostExisting) {
            guard let place = try await suites.place(of: path) else { continue }
            let recipe = TestRecipe.all[place.recipe]
            guard recipe.example != nil, recipe.languages.contains(language) else { continue }
            return TestTarget(recipe: recipe, directory: place.directory, example: path, hasExample: true)
        }
        let program = changed.first { ending(of: $0) == language } ?? ""
        for (index, recipe) in TestRecipe.all.enumerated() where recipe.languages.contains(language) {
            guard let example = recipe.example, recipe.runner != .bats else { continue }
            for directory in SuiteDraft.directories(above: program) {
                let path = SuiteDraft.join(directory, example)
                let place = try await suites.place(of: path)
                guard let place, place.recipe == index, suites.files[path] == nil else { continue }
                let isProject = recipe.manifests.contains { suites.files[SuiteDraft.join(directory, $0)] != nil }
                // Go's tests lie beside what they test.
                guard isProject || directory.isEmpty || recipe.runner == .go else { continue }
                return TestTarget(recipe: recipe, directory: place.directory, example: path, hasExample: false)
            }
        }
        return nil
    }

    /// The ending of most programs among the files.
    private static func language(of changes: [FileChange]) -> String? {
        let known = TestRecipe.all.reduce(into: Set<String>()) { $0.formUnion($1.languages) }
        let endings = changes.filter { $0.kind == .other && !$0.isRemoved }.map(\.fileExtension).filter(known.contains)
        let counts = Dictionary(endings.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    private static func ending(of path: String) -> String {
        path.split(separator: "/").last?.split(separator: ".").dropFirst().last.map { $0.lowercased() } ?? ""
    }

    /// How many directories two paths share, at most.
    private static func nearness(_ path: String, _ others: [String]) -> Int {
        let parts = path.split(separator: "/").dropLast()
        return others.map { other in
            zip(parts, other.split(separator: "/").dropLast()).prefix { $0 == $1 }.count
        }.max() ?? 0
    }
}
