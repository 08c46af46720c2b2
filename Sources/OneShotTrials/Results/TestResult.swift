/// What one test of the verifier said: a function of `test_skeleton.py`, or a suite of `suites.json`.
public struct TestResult: Codable, Sendable, Equatable {
    public enum Status: String, Codable, Sendable {
        case passed
        /// An assertion did not hold.
        case failed
        /// Anything else ended it: an exception, an import that failed, the end of its process or of its time.
        case error
        case skipped
    }

    /// `test_name`, `Class.test_name`, or the id of a suite.
    public var name: String
    public var status: Status
    /// Seconds.
    public var duration: Double
    public var message: String
    /// What a suite's runner reported, by name; empty for a function.
    public var cases: [TestCase]

    public init(
        name: String,
        status: Status,
        duration: Double = 0,
        message: String = "",
        cases: [TestCase] = []
    ) {
        self.name = name
        self.status = status
        self.duration = duration
        self.message = message
        self.cases = cases
    }

    enum CodingKeys: String, CodingKey {
        case name, status, duration, message, cases
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        status = try container.decode(Status.self, forKey: .status)
        duration = try container.decode(Double.self, forKey: .duration)
        message = try container.decode(String.self, forKey: .message)
        // Results from before there were suites have none.
        cases = try container.decodeIfPresent([TestCase].self, forKey: .cases) ?? []
    }
}

/// One test of a suite, under a name that is the same in every run.
public struct TestCase: Codable, Sendable, Equatable {
    public var name: String
    public var status: TestResult.Status
    /// Seconds; 0 where the runner does not say.
    public var duration: Double
    public var message: String

    public init(name: String, status: TestResult.Status, duration: Double = 0, message: String = "") {
        self.name = name
        self.status = status
        self.duration = duration
        self.message = message
    }
}
