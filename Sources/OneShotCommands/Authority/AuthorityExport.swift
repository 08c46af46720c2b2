import ArgumentParser
import Foundation
import OneShotCore
import OneShotRecorder

/// `oneshot ca export`
struct AuthorityExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print the certificate (PEM), without its key.",
        discussion: """
              oneshot ca export --out oneshot-ca.pem
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var choice: AuthorityChoice

    @Option(help: "The file to write; standard output otherwise.", completion: .file())
    var out: String?

    func run() async throws {
        let authority = try choice.load()
        guard let out else { return Console.write(authority.certificatePEM, to: STDOUT_FILENO) }
        try AtomicFile.write(authority.certificatePEM, to: URL(fileURLWithPath: out))
        Console(quiet: global.quiet).note("wrote \(out)")
    }
}
