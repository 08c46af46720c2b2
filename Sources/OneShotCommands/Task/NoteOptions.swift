import ArgumentParser

/// What a person may say about a task besides its title: `@OptionGroup var about: NoteOptions`.
struct NoteOptions: ParsableArguments {
    @Option(help: "What else the person or agent who does the task must know.")
    var notes = ""

    @Option(name: .customLong("label"), help: "A label; may be given more than once.")
    var labels: [String] = []
}
