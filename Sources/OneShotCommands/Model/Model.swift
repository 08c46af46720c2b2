import ArgumentParser

/// `oneshot model`: the model to practise on.
struct Model: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A model to practise on, offline and free.",
        subcommands: [ModelServe.self]
    )
}
