import ArgumentParser
import OneShotTrials

/// `--judge-model NAME`, `--votes N`
struct JudgingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A model that judges (default: ONESHOT_JUDGE_MODEL, else one that there is a key for); can be repeated.",
            discussion: "As NAME[,api=responses|chat|messages][,url=BASE][,key=VARIABLE]."
        )
    )
    var judgeModel: [String] = []

    @Option(help: "How often each judge model is asked about each criterion.")
    var votes = 3

    func validate() throws {
        guard (1...99).contains(votes) else { throw ValidationError("--votes is a number from 1 to 99") }
    }

    var options: JudgeOptions { JudgeOptions(models: judgeModel, votes: votes) }
}
