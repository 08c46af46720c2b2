/// The words by which ``Requirements`` tells clauses apart, in lower case.
extension Requirements {
    private static func list(_ words: String) -> Set<String> {
        Set(words.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    static let interjections = list(
        """
        no nope yes yep yeah ok okay good great nice perfect thanks hm hmm well right sorry oops wait hey hi hello fine
        cool sure wrong actually alright
        """
    )
    /// What a clause may begin with before it begins.
    static let leadIns = list("but and so also then now still again however yet anyway besides")
    /// The agent's way of working, not its result.
    static let processVerbs = list(
        """
        run rerun retry try continue proceed resume go stop wait show explain tell describe commit push pull stash
        revert undo check look read open print list search grep see think start begin finish end cancel abort review
        summarize summarise repeat restart kill install sleep compare diff inspect verify test find look
        """
    )
    static let politeness = list("please can could would will you just now then also kindly again")
    static let tools = list(
        """
        codex claude mcp ripgrep rg sed awk terminal sandbox shell apply_patch exec tool tools subagent subagents
        readiness prompt tokens context
        """
    )
    /// Words that say that something has to be, whatever the clause begins with.
    static let wishes = list(
        """
        must should shall need needs needed want wants wanted expect expects expected require requires required ought
        supposed mustn't shouldn't prefer i'd let's please
        """
    )
    /// Words that say so in a clause that does not describe.
    static let wanting = list("instead rather always never only don't not without except unless every each")
    static let actions = list(
        """
        add use make remove delete drop rename keep move change write create put replace return raise support handle
        accept reject allow ignore skip include exclude document mention fix mend implement extend split merge sort
        set give call pass leave avoid prefer ensure store load save log format update convert wrap limit validate do
        let treat count escape quote round
        """
    )
    /// A clause that begins with one of these and has no wish in it says how things are.
    static let pronouns = list(
        """
        it it's its that that's this these those there there's they they're you you're you've i i'm i've we we're he she
        nothing everything something someone nobody
        """
    )
    static let articles = list("the a an all both my our your one some most")
    /// What a clause that describes has.
    static let indicative = list(
        """
        is are was were isn't aren't wasn't weren't does doesn't did didn't has hasn't have haven't had hadn't can can't
        cannot could couldn't won't gets got still
        """
    )
    /// What programs and their parts do, as one says it who has watched them.
    static let observed = list(
        """
        waits crashes crashed fails failed hangs hung breaks broke prints printed returns returned throws threw raises
        raised loses lost misses missed ignores ignored drops dropped adds added uses used removes removed deletes
        deleted keeps kept writes wrote reads takes took counts sleeps slept gives gave goes went works worked looks
        seems does gets got shows showed says said accepts accepted rejects rejected skips skipped stops stopped starts
        started loops looped leaks leaked overwrites overwrote forgets forgot
        """
    )
    /// What ties a clause to the one after it.
    static let conditions = list("if when where once whenever while until after before because since as")
    static let reactions = list(
        """
        wrong right good great nice perfect thanks thank ok okay no yes nope yep bad broken fine cool awesome well done
        better worse works work working worked fails failed failing fail correct incorrect still again nothing changed
        sorry love like looks look lgtm exactly almost close quite
        """
    )
    static let fillers = list(
        """
        a an the this that it is was are were be been i you we they he she my your our me us to of in on at for and or
        but so not do did does doesn't don't didn't isn't wasn't that's it's what how why when there here very really
        too now then just all have has had hasn't haven't what's there's i'm you're as with from by asked wanted meant
        mean said say please
        """
    )
}
