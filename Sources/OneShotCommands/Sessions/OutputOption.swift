import ArgumentParser
import Foundation

/// Where a command writes what it makes: `@OptionGroup var output: OutputOption`.
struct OutputOption: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("out")],
        help: "The file to write, for several sessions a directory; standard output otherwise.",
        completion: .file()
    )
    var out: String?

    /// For commands whose `--json` is about the files that were written.
    func check(json: Bool) throws {
        guard out != nil || !json else {
            throw ValidationError("--json tells what was written; name a file with --out")
        }
    }
}
