import Foundation

/// What a person said in the course of the work, told apart by words: what states how the result has to be, what tells
/// the agent how to go about it, and what only reacts to what it did.
///
/// A list of words is wrong now and then; the person's words stand verbatim in `provenance.json`, and
/// `LM_INSTRUCTIONS.md` is there to be edited.
enum Requirements {
    /// The sentences that state what is wanted, without the "no" or "ok" that they begin with.
    static func sentences(of message: String) -> [String] {
        PersonsWords.sentences(of: withoutCode(message)).compactMap { requirement(in: String($0)) }
    }

    /// - Returns: nil for a mere reaction, a question, and a word about tools or the way of working.
    static func requirement(in sentence: String) -> String? {
        var text = sentence.trimmingBlanks
        while let mark = text.first, "-*•>".contains(mark) { text = text.dropFirst().trimmingBlanks }
        text = withoutInterjections(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let words = words(of: text)
        guard let first = words.first else { return nil }
        let isRequest = isPoliteRequest(words)
        if text.hasSuffix("?"), !isRequest { return nil }
        let verb = isRequest ? words.first { !politeness.contains($0) } ?? first : first
        guard !processVerbs.contains(verb), !isAboutTools(words) else { return nil }
        let content = words.filter { !reactions.contains($0) && !fillers.contains($0) }
        guard !content.isEmpty else { return nil }
        // "No colours": without a comma that is no answer.
        let states =
            first == "no" && content.count >= 2 || words.contains { wanting.contains($0) } || actions.contains(verb)
        guard states || hasName(text) || content.count >= 3 else { return nil }
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// "No, that is wrong: …" without what says nothing by itself.
    private static func withoutInterjections(_ text: String) -> String {
        var rest = text[...]
        while true {
            let word = rest.prefix { $0.isLetter || $0 == "'" || $0 == "’" }
            let after = rest.dropFirst(word.count)
            guard interjections.contains(word.lowercased()), let mark = after.first, ",.!;:–—-".contains(mark) else {
                return String(rest)
            }
            rest = after.drop { ",.!;:–—- ".contains($0) }
        }
    }

    private static func words(of text: String) -> [String] {
        text.lowercased().replacing("’", with: "'")
            .split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "_") }.map(String.init)
    }

    /// "Could you …", "please …": a request in the form of a question.
    private static func isPoliteRequest(_ words: [String]) -> Bool {
        words.first == "please"
            || words.count > 2 && ["can", "could", "would", "will"].contains(words[0]) && words[1] == "you"
    }

    private static func isAboutTools(_ words: [String]) -> Bool {
        words.contains { tools.contains($0) } && !words.contains { wanting.contains($0) }
    }

    /// Something that is named to the letter: code, a flag, a path, a number, a quotation.
    private static func hasName(_ text: String) -> Bool {
        text.contains("`") || text.contains("\"") || text.contains(" --")
            || text.split(separator: " ").contains { word in
                let inner = word.dropLast()
                return inner.contains("_") || inner.contains("/") || inner.dropFirst().contains(".")
                    || word.contains(where: \.isNumber) || inner.dropFirst().contains(where: \.isUppercase)
            }
    }

    /// Pasted output and code say what happened, not what is wanted.
    private static func withoutCode(_ text: String) -> String {
        var isCode = false
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).filter { line in
            let isFence = line.drop { $0 == " " }.hasPrefix("```")
            if isFence { isCode.toggle() }
            return !isFence && !isCode
        }.joined(separator: "\n")
    }

    private static func list(_ words: String) -> Set<String> {
        Set(words.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    private static let interjections = list(
        """
        no nope yes yep yeah ok okay good great nice perfect thanks hm hmm well right sorry oops wait hey hi hello fine
        cool sure wrong actually alright
        """
    )
    /// The agent's way of working, not its result.
    private static let processVerbs = list(
        """
        run rerun retry try continue proceed resume go stop wait show explain tell describe commit push pull stash
        revert undo check look read open print list search grep see think start begin finish end cancel abort review
        summarize summarise repeat restart kill install sleep compare diff inspect verify test find look
        """
    )
    private static let politeness = list("please can could would will you just now then also kindly again")
    private static let tools = list(
        """
        codex claude mcp ripgrep rg sed awk terminal sandbox shell apply_patch exec tool tools subagent subagents
        readiness prompt tokens context
        """
    )
    /// Words that say how something has to be.
    private static let wanting = list(
        """
        must should shall need needs needed want wants wanted expect expects expected require requires required ought
        instead rather always never only supposed don't not without mustn't shouldn't except unless every each
        """
    )
    private static let actions = list(
        """
        add use make remove delete drop rename keep move change write create put replace return raise support handle
        accept reject allow ignore skip include exclude document mention fix mend implement extend split merge sort
        set give call pass leave avoid prefer ensure store load save log format update convert wrap limit validate do
        """
    )
    private static let reactions = list(
        """
        wrong right good great nice perfect thanks thank ok okay no yes nope yep bad broken fine cool awesome well done
        better worse works work working worked fails failed failing fail correct incorrect still again nothing changed
        sorry love like looks look lgtm exactly almost close quite
        """
    )
    private static let fillers = list(
        """
        a an the this that it is was are were be been i you we they he she my your our me us to of in on at for and or
        but so not do did does doesn't don't didn't isn't wasn't that's it's what how why when there here very really
        too now then just all have has had hasn't haven't what's there's i'm you're as with from by asked wanted meant
        mean said say
        """
    )
}
