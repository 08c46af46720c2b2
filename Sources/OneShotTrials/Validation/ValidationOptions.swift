/// How thorough a validation is.
public struct ValidationOptions: Sendable {
    /// How often the solution has to pass.
    public var repeats: Int
    /// The most mutants of the solution that are tried.
    public var mutants: Int
    /// For all tests of one candidate together.
    public var verifierLimit: Duration
    /// Paths where a finding of the search for leaks is a false alarm.
    public var allowed: [String]
    /// How many candidates are graded at once.
    public var width: Int

    public init(
        repeats: Int = 3,
        mutants: Int = 8,
        verifierLimit: Duration = .seconds(600),
        allowed: [String] = [],
        width: Int = 2
    ) {
        self.repeats = max(1, repeats)
        self.mutants = max(0, mutants)
        self.verifierLimit = verifierLimit
        self.allowed = allowed
        self.width = max(1, width)
    }
}
