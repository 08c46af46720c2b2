import Foundation
import Logging
import NIOConcurrencyHelpers
import NIOCore
import OneShotCore
import OneShotStore
import OneShotWire

/// What all connections of one recorder share.
final class RecorderCore: Sendable {
    private struct Connections {
        var open: [ObjectIdentifier: any Channel] = [:]
        var total = 0
        var isClosing = false
    }

    let configuration: RecorderConfiguration
    let upstreams: [String: Upstream]
    let ledger: SessionLedger
    let writer: ExchangeWriter
    let leaves: LeafIssuer
    /// For all TLS upstream.
    let upstreamTLS: UpstreamTLS
    /// What origins chose when HTTP/2 was offered to them.
    let protocols = ProtocolMemory()
    let logger: Logger
    let startedAt = Date()
    let activity = RecorderActivity()

    private let connections = NIOLockedValueBox(Connections())
    private let lastKey = NIOLockedValueBox(0)
    private let lastUntrusted = NIOLockedValueBox<String?>(nil)
    /// Where we listen ourselves; set once, when the sockets are open.
    let ports = NIOLockedValueBox<Set<Int>>([])
    let listeners = NIOLockedValueBox<[RecorderConfiguration.Listener]>([])

    init(_ configuration: RecorderConfiguration, writer: ExchangeWriter, logger: Logger) throws {
        self.configuration = configuration
        self.writer = writer
        self.logger = logger
        ledger = SessionLedger(
            budget: configuration.budget,
            prices: configuration.prices,
            watchesTools: configuration.serverTools != nil
        )
        var upstreams: [String: Upstream] = [:]
        for (host, url) in configuration.upstreams {
            guard let upstream = Upstream(url) else {
                throw RecorderError.upstreamMalformed(host: host, origin: url.absoluteString)
            }
            upstreams[host.lowercased()] = upstream
        }
        self.upstreams = upstreams
        do {
            leaves = try LeafIssuer(authority: configuration.authority)
        } catch {
            let path = configuration.authority.certificateURL.deletingLastPathComponent().path
            throw RecorderError.authorityUnusable(path: path, reason: "\(error)".firstLine)
        }
        upstreamTLS = try UpstreamTLS(
            extraRoots: configuration.extraTrustRoots,
            insecure: configuration.insecureUpstreams
        )
        for host in configuration.insecureUpstreams.sorted() {
            logger.notice("the certificate of \(host) is not checked")
        }
    }

    /// How an origin is spoken to.
    func security(for origin: Origin, offersHTTP2: Bool = false) -> UpstreamHandler.Security {
        origin.isTLS ? .tls(upstreamTLS.context(for: origin, offersHTTP2: offersHTTP2)) : .none
    }

    /// Where traffic for this origin is to go instead, if anywhere.
    func upstream(for origin: Origin) -> Upstream? {
        if upstreams.isEmpty { return nil }
        return upstreams["\(origin.host):\(origin.port)"] ?? upstreams[origin.host]
    }

    /// Whether traffic for this origin is read.
    func intercepts(_ origin: Origin) -> Bool {
        upstream(for: origin) != nil || configuration.interception.covers(origin.host, port: origin.port)
    }

    /// Whether this request is read: to a host that is, to a port of ours that stands for one, or without TLS to a
    /// model server wherever it may be.
    func reads(_ destination: Destination, _ head: HTTPHead) -> Bool {
        let origin = destination.origin
        if destination.isReverse || destination.upstream != nil || intercepts(origin) { return true }
        guard configuration.interception.others == .tunnel, !origin.isTLS,
            !configuration.interception.ignores(origin.host, port: origin.port)
        else { return false }
        return ModelCall.matches(method: head.method, target: destination.path)
            || head.isWebSocketUpgrade && ModelCall.matchesUpgrade(target: destination.path)
    }

    func isOwn(_ origin: Origin) -> Bool {
        IPAddress.isLoopback(origin.host) && ports.withLockedValue { $0.contains(origin.port) }
    }

    func nextKey() -> Int {
        activity.began()
        return lastKey.withLockedValue { key in
            key += 1
            return key
        }
    }

    func noteUntrusted(_ text: String) {
        lastUntrusted.withLockedValue { $0 = text }
        logger.warning("\(text)")
    }
}

// MARK: - Connections

extension RecorderCore {
    func opened(_ channel: any Channel) -> Welcome {
        connections.withLockedValue { connections in
            connections.total += 1
            if connections.isClosing { return .closing }
            connections.open[ObjectIdentifier(channel)] = channel
            return connections.open.count > configuration.limits.connections ? .full : .welcome
        }
    }

    func closed(_ channel: any Channel) {
        connections.withLockedValue { $0.open[ObjectIdentifier(channel)] = nil }
    }

    /// Closes what is open and turns away what comes.
    func closeConnections() async {
        let open = connections.withLockedValue { connections in
            connections.isClosing = true
            return Array(connections.open.values)
        }
        for channel in open {
            // The handler records what is in flight as cut by the recorder before it closes.
            channel.pipeline.fireUserInboundEventTriggered(RecorderStops())
        }
        for channel in open { try? await channel.closeFuture.get() }
    }

    func status() -> RecorderStatus {
        let tally = writer.tally
        let (open, total) = connections.withLockedValue { ($0.open.count, $0.total) }
        return RecorderStatus(
            startedAt: Timestamp.iso(startedAt),
            uptimeSeconds: max(0, Int(Date().timeIntervalSince(startedAt))),
            listeners: listeners.withLockedValue { $0.map(\.description) },
            database: configuration.database.path,
            connections: open,
            connectionsTotal: total,
            exchanges: tally.total,
            inFlight: tally.byState[.inFlight] ?? 0,
            complete: tally.byState[.complete] ?? 0,
            cut: tally.byState[.cut] ?? 0,
            refused: tally.byState[.refused] ?? 0,
            tunnelled: tally.byState[.tunnelled] ?? 0,
            exchangesPerSecond: activity.exchangesPerSecond(),
            bytesIn: activity.bytesIn,
            bytesOut: activity.bytesOut,
            databaseBytes: [configuration.database.path, configuration.database.path + "-wal"].reduce(0) { sum, path in
                sum + ((try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0)
            },
            residentBytes: ResidentMemory.bytes,
            pending: writer.pendingCount,
            spooled: writer.spooled,
            lost: writer.lost,
            trouble: writer.trouble,
            untrusted: lastUntrusted.withLockedValue { $0 }
        )
    }
}

/// What a new connection meets.
enum Welcome {
    case welcome
    /// There are too many already.
    case full
    /// The recorder is closing and the connection must go.
    case closing
}

/// Sent down each client connection when the recorder ends.
struct RecorderStops: Sendable {}
