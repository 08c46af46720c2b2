/// What somebody looks for in sessions.
public struct SearchQuery: Sendable, Equatable {
    /// All of them must be in a text: each a word, or several that must stand together.
    public var phrases: [Phrase]
    public var limit = 20
    /// Only in the session with this id.
    public var sessionID: String?
    /// Only in turns of a model whose name contains this.
    public var model: String?
    /// RFC 3339: only in turns that began then or later.
    public var since: String?
    /// System and developer texts too, which most sessions share.
    public var includesInstructions = false

    public struct Phrase: Sendable, Equatable {
        public var text: String
        /// The last word may go on.
        public var isPrefix: Bool

        public init(_ text: String, isPrefix: Bool = false) {
            self.text = text
            self.isPrefix = isPrefix
        }
    }

    public init(phrases: [Phrase]) { self.phrases = phrases }
}
