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

    /// Why the next call of this session must be refused; nil while it may go on. A refusal is remembered.
    func refusal(of session: String, nowMs: Int64 = Timestamp.milliseconds()) -> BudgetStop? {
        guard isLimited else { return nil }
        return accounts.withLockedValue { accounts in
            guard let stop = passedLimit(of: accounts[session] ?? Account(), nowMs: nowMs) else { return nil }
            if accounts[session]?.stop == nil { accounts[session, default: Account()].stop = stop }
            return stop
        }
    }

    /// Counts a call of the model that goes upstream.
    func count(session: String, nowMs: Int64 = Timestamp.milliseconds()) {
        accounts.withLockedValue { accounts in
            accounts[session, default: Account()].requests += 1
            if accounts[session]?.firstRequestAtMs == nil { accounts[session]?.firstRequestAtMs = nowMs }
        }
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
        if let tokens = budget.tokens, account.usage.freshTokens >= tokens {
            return BudgetStop(limit: .tokens, allowed: Double(tokens), used: Double(account.usage.freshTokens))
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
