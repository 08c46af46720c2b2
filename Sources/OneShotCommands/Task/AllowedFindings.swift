import ArgumentParser

/// What the secret scan is told to let pass.
struct AllowedFindings: ParsableArguments {
    @Option(
        name: .customLong("allow"),
        help: ArgumentHelp(
            "A file or directory whose secret findings are false alarms (repeatable).",
            valueName: "path"
        )
    )
    var paths: [String] = []
}
