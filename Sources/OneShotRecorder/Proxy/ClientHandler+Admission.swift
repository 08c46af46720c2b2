import Foundation
import Logging
import NIOCore
import OneShotCore
import OneShotWire

// MARK: - Who may ask

extension ClientHandler {
    /// Whether a request to the proxy comes with the token that this recorder asks for, if any.
    func isAdmitted(_ head: HTTPHead) -> Bool {
        // A socket file has permissions of its own.
        guard let token = core.configuration.token, channel.localAddress?.port != nil else { return true }
        guard let given = SessionIdentity.password(in: head) else { return false }
        return Self.isEqual(given, token)
    }

    /// Takes as long for any two texts of the same length.
    private static func isEqual(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Whether a `Host` field names us by an address that only this machine, or its owner, gives us. A page of the
    /// web whose name was made to lead here (DNS rebinding) sends its own name instead.
    func isOwnHost(_ host: String?) -> Bool {
        guard let local = channel.localAddress, let port = local.port else { return true }
        guard let host, let origin = Origin(authority: host[...], isTLS: false), origin.port == port else {
            return false
        }
        return IPAddress.isLoopback(origin.host) || origin.host == local.ipAddress?.replacing("::ffff:", with: "")
    }
}

// MARK: - How long a client may do nothing

extension ClientHandler {
    /// Whether the connection serves nobody just now: no request is under way, and nothing is passed through.
    private var isAtRest: Bool {
        switch mode {
        case .http, .undecided, .holding: current == nil && tunnel == nil
        case .tunnel, .webSocket, .closing: false
        }
    }

    /// Whether the client has begun something, a request or a handshake, that it must bring to an end.
    private var owes: Bool {
        if isHandshaking { return true }
        switch mode {
        case .undecided, .holding: return true
        default: return !requests.isIdle
        }
    }

    /// Watches the connection to its end. There is one timer for each, whatever happens on it: it looks when it fires.
    func watch(after delay: Duration) {
        watching = channel.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay)) { [weak self] in
            self?.lookAtRest()
        }
    }

    private func lookAtRest() {
        let limits = core.configuration.limits
        guard context != nil else { return }
        guard isAtRest else {
            restingSince = .now()
            watch(after: min(limits.head, limits.idle))
            return
        }
        let limit = owes ? limits.head : limits.idle
        let rested = Duration.nanoseconds((.now() - restingSince).nanoseconds)
        guard rested >= limit else {
            // Meanwhile the client may begin something, for which it has less time.
            watch(after: min(limit - rested, limits.head))
            return
        }
        if owes {
            core.logger.notice("closed a connection: its client did not finish a request or handshake in \(limit)")
            guard !isHandshaking, case .http = mode else {
                context?.close(promise: nil)
                return
            }
            refuseConnection(status: 408, reason: "Request Timeout", text: "the request took too long to arrive")
        } else {
            core.logger.info("closed a connection: its client asked for nothing in \(limit)")
            context?.close(promise: nil)
        }
    }
}
