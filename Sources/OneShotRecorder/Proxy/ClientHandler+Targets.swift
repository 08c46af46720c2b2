import OneShotCore
import OneShotWire

/// Where requests go.
extension ClientHandler {
    func target(of head: HTTPHead) -> RequestTarget {
        let hosts = head.values("host")
        guard hosts.count <= 1 else { return .malformed("the request has two Host fields") }
        switch scope {
        case .inside(let origin): return inside(origin, head)
        case .reverse(let upstream): return reverse(upstream, head, host: hosts.first)
        case .proxy: break
        }
        if head.target.hasPrefix("/") {
            // Addressed to us, unless the name that the client used is one that we stand in for.
            if let origin = hosts.first.flatMap({ Origin(authority: $0[...], isTLS: false) }),
                let upstream = core.upstream(for: origin)
            {
                return .remote(Destination(origin: origin, upstream: upstream, path: head.target))
            }
            return isOwnHost(hosts.first) ? .page(head.target) : .foreign(host: hosts.first ?? "nothing")
        }
        guard let (origin, path) = Self.absolute(head.target) else {
            return .malformed("the request names no host: \(head.target.prefix(80))")
        }
        if origin.host == "mitm.it" { return .page(path) }
        if core.isOwn(origin) { return .page(path) }
        return .remote(Destination(origin: origin, upstream: core.upstream(for: origin), path: path))
    }

    /// On a port that stands for an upstream everything goes there; `/~NAME` before the path names the run.
    private func reverse(_ upstream: Upstream, _ head: HTTPHead, host: String?) -> RequestTarget {
        guard isOwnHost(host) else { return .foreign(host: host ?? "nothing") }
        var path = head.target
        if let (origin, rest) = Self.absolute(path) {
            guard core.isOwn(origin) else {
                return .malformed("this port stands for \(upstream.origin) and is no proxy")
            }
            path = rest
        }
        guard path.hasPrefix("/") || path == "*" else { return .malformed("the request names no path") }
        var run: RunID?
        if path.hasPrefix("/~") {
            let name = path.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
            run = RunID(String(name))
            guard run != nil else { return .malformed("/~\(name.prefix(80)) does not begin with a run id") }
            let rest = path[name.endIndex...]
            path = rest.hasPrefix("/") ? String(rest) : "/\(rest)"
        }
        if core.configuration.session == nil { identity.runID = run }
        return .remote(
            Destination(
                origin: upstream.origin,
                upstream: core.upstream(for: upstream.origin),
                path: path == "*" ? path : upstream.pathPrefix + path,
                isReverse: true
            )
        )
    }

    private func inside(_ origin: Origin, _ head: HTTPHead) -> RequestTarget {
        let upstream = core.upstream(for: origin)
        if head.target.hasPrefix("/") || head.target == "*" {
            return .remote(Destination(origin: origin, upstream: upstream, path: head.target))
        }
        guard let (named, path) = Self.absolute(head.target), named.host == origin.host else {
            return .malformed("the request names another host than its connection")
        }
        return .remote(Destination(origin: origin, upstream: upstream, path: path))
    }

    private static func absolute(_ target: String) -> (Origin, path: String)? {
        let schemes = [("http://", false), ("https://", true)]
        guard let (scheme, isTLS) = schemes.first(where: { target.lowercased().hasPrefix($0.0) }) else { return nil }
        let rest = target.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let path = rest[authority.endIndex...]
        // Credentials in a URL are not forwarded by anybody.
        let host = authority.split(separator: "@").last ?? ""
        guard let origin = Origin(authority: host, isTLS: isTLS) else { return nil }
        return (origin, path.hasPrefix("/") ? String(path) : "/\(path)")
    }
}
