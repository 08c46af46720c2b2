import Foundation
import NIOConcurrencyHelpers
import OneShotCore

/// What each session has used so far, and whether it may go on. Written on event loops, read from anywhere; each use
/// of the lock is short.
final class SessionLedger: Sendable {
    /// What calls in flight may still use.
    struct Reservation: Sendable {
        var fresh = 0
        var input = 0
        var output = 0
        var dollars = 0.0
    }

    private struct Account {
        /// Of this session alone, beside the recorder's.
        var budget: Budget?
        var usage = Usage()
        var dollars = 0.0
        var requests = 0
        var estimatedCalls = 0
        var unpricedModels: [String] = []
        var firstRequestAtMs: Int64?
        /// Of one call so far: about what the provider's cache may hold.
        var largestInput = 0
        var reserved = Reservation()
        /// Set with the first refusal.
        var stop: BudgetStop?
        /// Calls from which the policy has taken a server tool, by tool.
        var stripped: [ServerTool: Int] = [:]
        /// What the model asked its agent to do last.
        var lastTool: String?
    }

    private let budget: Budget?
    let prices: PriceTable
    /// Whether answers are read for what the model asks its agent to do.
    let watchesTools: Bool
    private let accounts = NIOLockedValueBox<[String: Account]>([:])

    init(budget: Budget?, prices: PriceTable = .shipped, watchesTools: Bool = false) {
        self.watchesTools = watchesTools
        self.budget = budget.flatMap { $0.isUnlimited ? nil : $0 }
        self.prices = prices
    }

    /// Adds limits to a session. They can be made stricter later, and not be lifted.
    func limit(_ session: String, to limits: Budget) {
        accounts.withLockedValue { accounts in
            var account = accounts[session] ?? Account()
            account.budget = account.budget?.stricter(limits) ?? limits
            accounts[session] = account
        }
    }

    /// What holds for this session; nil when nothing is limited.
    func budget(of session: String) -> Budget? {
        accounts.withLockedValue { Self.merged(budget, $0[session]?.budget) }
    }

    private static func merged(_ general: Budget?, _ own: Budget?) -> Budget? {
        guard let general else { return own }
        return own.map(general.stricter) ?? general
    }
}

// MARK: - Calls

extension SessionLedger {
    /// Why the next call of this session must be refused, whatever it is; nil while it may go on. A refusal is
    /// remembered.
    func refusal(of session: String, nowMs: Int64 = Timestamp.milliseconds()) -> BudgetStop? {
        decide(session) { account, budget in Self.passedLimit(of: account, budget, nowMs: nowMs) }
    }

    /// Counts a call that goes upstream, unless its worst case might break a limit.
    ///
    /// - Parameter facts: of the request; nil where nothing depends on it.
    /// - Throws: the ``BudgetStop`` with which the call is refused.
    func open(
        session: String,
        facts: CallFacts? = nil,
        nowMs: Int64 = Timestamp.milliseconds()
    ) throws(BudgetStop) -> MeteredCall {
        let price = facts?.model.flatMap(prices.price)
        var reservation = Reservation()
        let stop = decide(session) { account, budget in
            if let stop = Self.passedLimit(of: account, budget, nowMs: nowMs) { return stop }
            guard let facts else { return nil }
            if let dollars = budget.dollars, price == nil {
                return BudgetStop(limit: .price, allowed: dollars, used: account.dollars, model: facts.model)
            }
            guard let worst = Self.worstCase(of: facts, price: price, in: account) else { return nil }
            reservation = worst
            return Self.brokenLimit(of: account, budget, by: worst)
        }
        if let stop { throw stop }
        accounts.withLockedValue { accounts in
            var account = accounts[session] ?? Account()
            account.requests += 1
            if account.firstRequestAtMs == nil { account.firstRequestAtMs = nowMs }
            account.reserved = account.reserved + reservation
            accounts[session] = account
        }
        return MeteredCall(ledger: self, session: session, facts: facts, price: price, reservation: reservation)
    }

    private func decide(_ session: String, _ check: (Account, Budget) -> BudgetStop?) -> BudgetStop? {
        accounts.withLockedValue { accounts in
            let account = accounts[session] ?? Account()
            guard let budget = Self.merged(budget, account.budget), let stop = check(account, budget) else {
                return nil
            }
            if account.stop == nil { accounts[session, default: Account()].stop = stop }
            return stop
        }
    }

    func add(_ usage: Usage, dollars: Double, session: String) {
        accounts.withLockedValue { accounts in
            var account = accounts[session] ?? Account()
            account.usage = account.usage + usage
            account.dollars += dollars
            accounts[session] = account
        }
    }

    /// The policy has taken these out of a call.
    func note(_ stripped: Set<ServerTool>, session: String) {
        accounts.withLockedValue { accounts in
            for tool in stripped { accounts[session, default: Account()].stripped[tool, default: 0] += 1 }
        }
    }

    /// The model has called a tool of its agent.
    func note(tool: String, session: String) {
        accounts.withLockedValue { $0[session, default: Account()].lastTool = tool }
    }

    /// A call is over.
    ///
    /// - Parameters:
    ///   - unpriced: the model's name when it has no price.
    ///   - isEstimated: the provider did not say what was used.
    func close(
        session: String,
        _ reservation: Reservation,
        input: Int,
        unpriced: String?,
        isEstimated: Bool
    ) {
        accounts.withLockedValue { accounts in
            var account = accounts[session] ?? Account()
            account.reserved = account.reserved - reservation
            account.largestInput = max(account.largestInput, input)
            if let unpriced, !account.unpricedModels.contains(unpriced) { account.unpricedModels.append(unpriced) }
            if isEstimated { account.estimatedCalls += 1 }
            accounts[session] = account
        }
    }

    /// The call turns out to be another session's.
    func move(_ reservation: Reservation, from old: String, to new: String) {
        accounts.withLockedValue { accounts in
            var left = accounts[old] ?? Account()
            var account = accounts[new] ?? Account()
            left.requests -= 1
            left.reserved = left.reserved - reservation
            account.requests += 1
            account.reserved = account.reserved + reservation
            if account.firstRequestAtMs == nil { account.firstRequestAtMs = left.firstRequestAtMs }
            accounts[new] = account
            // A connection's own name, under which nothing was ever used.
            accounts[old] = left.requests == 0 && left.budget == nil ? nil : left
        }
    }
}

// MARK: - What may be used

extension SessionLedger {
    private static func passedLimit(of account: Account, _ budget: Budget, nowMs: Int64) -> BudgetStop? {
        let usage = account.usage
        let counts: [(BudgetStop.Limit, Double?, Double)] = [
            (.tokens, budget.tokens.map(Double.init), Double(usage.freshTokens)),
            (.inputTokens, budget.inputTokens.map(Double.init), Double(usage.inputTokens)),
            (.outputTokens, budget.outputTokens.map(Double.init), Double(usage.outputTokens)),
            (.totalTokens, budget.totalTokens.map(Double.init), Double(usage.totalTokens)),
            (.requests, budget.requests.map(Double.init), Double(account.requests)),
            (.time, budget.seconds, account.firstRequestAtMs.map { Double(nowMs - $0) / 1000 } ?? -1),
            (.dollars, budget.dollars, account.dollars),
        ]
        for case (let limit, let allowed?, let used) in counts where used >= allowed {
            return BudgetStop(limit: limit, allowed: allowed, used: used)
        }
        return nil
    }

    /// - Returns: nil for a request that states no maximum: nothing is known of its worst case.
    private static func worstCase(of facts: CallFacts, price: ModelPrice?, in account: Account) -> Reservation? {
        guard let output = facts.maximumOutput else { return nil }
        // What was sent before is taken to be in the provider's cache, and so not to be fresh.
        let new = facts.isContinuation ? facts.estimatedInput : max(0, facts.estimatedInput - account.largestInput)
        let input = facts.isContinuation ? facts.estimatedInput + account.largestInput : facts.estimatedInput
        return Reservation(
            fresh: new + output,
            input: input,
            output: output,
            dollars: price?.worstCaseDollars(input: input, output: output) ?? 0
        )
    }

    private static func brokenLimit(of account: Account, _ budget: Budget, by worst: Reservation) -> BudgetStop? {
        let usage = account.usage
        let all = account.reserved + worst
        let counts: [(BudgetStop.Limit, Double?, Double, Double)] = [
            (.tokens, budget.tokens.map(Double.init), Double(usage.freshTokens), Double(all.fresh)),
            (.inputTokens, budget.inputTokens.map(Double.init), Double(usage.inputTokens), Double(all.input)),
            (.outputTokens, budget.outputTokens.map(Double.init), Double(usage.outputTokens), Double(all.output)),
            (
                .totalTokens, budget.totalTokens.map(Double.init), Double(usage.totalTokens),
                Double(all.input + all.output)
            ),
            (.dollars, budget.dollars, account.dollars, all.dollars),
        ]
        for case (let limit, let allowed?, let used, let more) in counts where used + more > allowed {
            return BudgetStop(limit: limit, allowed: allowed, used: used, worstCase: more)
        }
        return nil
    }
}

extension SessionLedger.Reservation {
    static func + (left: Self, right: Self) -> Self {
        Self(
            fresh: left.fresh + right.fresh,
            input: left.input + right.input,
            output: left.output + right.output,
            dollars: left.dollars + right.dollars
        )
    }

    static func - (left: Self, right: Self) -> Self {
        Self(
            fresh: left.fresh - right.fresh,
            input: left.input - right.input,
            output: left.output - right.output,
            dollars: left.dollars - right.dollars
        )
    }
}

// MARK: - Reading

extension SessionLedger {
    func usage(of session: String) -> Usage {
        accounts.withLockedValue { $0[session]?.usage ?? Usage() }
    }

    func stop(of session: String) -> BudgetStop? {
        accounts.withLockedValue { $0[session]?.stop }
    }

    func activity(of session: String) -> SessionActivity {
        accounts.withLockedValue { accounts in
            let account = accounts[session] ?? Account()
            return SessionActivity(
                usage: account.usage,
                calls: account.requests,
                lastTool: account.lastTool,
                strippedTools: account.stripped
            )
        }
    }

    func report(of session: String, nowMs: Int64 = Timestamp.milliseconds()) -> SessionReport {
        accounts.withLockedValue { accounts in
            let account = accounts[session] ?? Account()
            return SessionReport(
                sessionID: session,
                budget: Self.merged(budget, account.budget),
                usage: account.usage,
                requests: account.requests,
                estimatedRequests: account.estimatedCalls,
                seconds: account.firstRequestAtMs.map { Double(nowMs - $0) / 1000 } ?? 0,
                dollars: account.dollars,
                unpricedModels: account.unpricedModels,
                stop: account.stop
            )
        }
    }
}
