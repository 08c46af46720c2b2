import Foundation
import OneShotCore
import OneShotProcess

/// Runs `body` while the sandbox's user owns what it may write, then takes the sandbox down, returns everything that
/// was lent, and removes `scratch`; also when `body` throws or the task is cancelled.
func withLoans<Result: Sendable>(
    _ specification: SandboxSpecification,
    scratch: Scratch,
    to user: uid_t,
    _ body: () async throws -> Result,
    takingDown takeDown: @escaping @Sendable () async throws -> Void
) async throws -> Result {
    var lent: [Loan] = []
    let outcome: Swift.Result<Result, any Error>
    do {
        if let home = specification.home {
            try await Command("cp", ["-a", home.path + "/.", scratch.home.path]).runChecked()
        }
        for url in writable(specification, scratch) {
            if let loan = try await Loan.lend(url, to: user) { lent.append(loan) }
        }
        outcome = .success(try await body())
    } catch {
        outcome = .failure(error)
    }
    try await uncancelled { [lent] in
        try await takeDown()
        for loan in lent { try await loan.giveBack() }
        scratch.remove()
    }
    return try outcome.get()
}

private func writable(_ specification: SandboxSpecification, _ scratch: Scratch) -> [URL] {
    var urls = [scratch.home, scratch.temporary]
    urls += specification.mounts.filter(\.writable).map(\.host)
    if case .forwarded(_, let path) = specification.network { urls.append(URL(fileURLWithPath: path)) }
    return urls
}
