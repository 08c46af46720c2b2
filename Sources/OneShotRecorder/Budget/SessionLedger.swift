import Foundation
import NIOConcurrencyHelpers
import OneShotCore

/// What each session has used so far. Written on event loops, read from anywhere; each use of the lock is short.
final class SessionLedger: Sendable {
    private struct Account {
        var usage = Usage()
        var requests = 0
        var firstRequestAtMs: Int64?
        /// Set with the first refusal.
        var stop: BudgetStop?
    }

    private let budget: Budget?
    private let accounts = NIOLockedValueBox<[String: Account]>([:])

    init(budget: Budget?) { self.budget = budget }

    /// Whether calls have to be checked at all.
    var isLimited: Bool { budget != nil }

    /// Counts a call of the model, or says why it must be refused.
    func admit(session: String, nowMs: Int64 = Timestamp.milliseconds()) -> BudgetStop? {
        accounts.withLockedValue { accounts in
            var account = accounts[session] ?? Account()
            defer { accounts[session] = account }
            if let stop = passedLimit(of: account, nowMs: nowMs) {
                account.stop = account.stop ?? stop
                return stop
            }
            account.requests += 1
            account.firstRequestAtMs = account.firstRequestAtMs ?? nowMs
            return nil
        }
    }

    /// Takes back what ``admit(session:nowMs:)`` counted: the request turned out to be a warm-up.
    func uncount(session: String) {
        accounts.withLockedValue { $0[session]?.requests -= 1 }
    }

    func add(_ usage: Usage, session: String) {
        accounts.withLockedValue { accounts in
            var account = accounts[session] ?? Account()
            account.usage = account.usage + usage
            accounts[session] = account
        }
    }

    func usage(of session: String) -> Usage {
        accounts.withLockedValue { $0[session]?.usage ?? Usage() }
    }

    func stop(of session: String) -> BudgetStop? {
        accounts.withLockedValue { $0[session]?.stop }
    }

    private func passedLimit(of account: Account, nowMs: Int64) -> BudgetStop? {
        guard let budget else { return nil }
        if let tokens = budget.totalTokens, account.usage.totalTokens >= tokens {
            return BudgetStop(limit: .tokens, allowed: Double(tokens), used: Double(account.usage.totalTokens))
        }
        if let requests = budget.requests, account.requests >= requests {
            return BudgetStop(limit: .requests, allowed: Double(requests), used: Double(account.requests))
        }
        if let seconds = budget.seconds, let first = account.firstRequestAtMs {
            let used = Double(nowMs - first) / 1000
            if used >= seconds { return BudgetStop(limit: .time, allowed: seconds, used: used) }
        }
        return nil
    }
}
