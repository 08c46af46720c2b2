import NIOHPACK
import NIOHTTP2

/// What we allow the other side of an HTTP/2 connection.
enum HTTP2Limits {
    /// For clients: what a stream holds of a request while its upstream is slow.
    static let clientWindow = 256 << 10
    /// For upstreams: enough for a long way at full speed.
    static let upstreamWindow = 512 << 10

    /// - Parameter headBytes: of a head, as HTTP/2 counts them (RFC 9113, section 6.5.2).
    static func connection(
        _ mode: NIOHTTP2Handler.ParserMode,
        window: Int,
        headBytes: Int = 256 << 10
    ) -> NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: 100),
            HTTP2Setting(parameter: .maxHeaderListSize, value: headBytes),
            HTTP2Setting(parameter: .initialWindowSize, value: window),
        ]
        if mode == .client {
            configuration.initialSettings.append(HTTP2Setting(parameter: .enablePush, value: 0))
        }
        configuration.targetWindowSize = window * 4
        configuration.maximumSequentialContinuationFrames = 20
        // Some servers flush with empty frames, and some peers measure the way with a PING for each round trip.
        configuration.maximumSequentialEmptyDataFrames = 100
        configuration.controlFrameRateLimit.maximumCount = 10_000
        return configuration
    }

    static func stream(window: Int) -> NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        configuration.targetWindowSize = window
        configuration.outboundBufferSizeHighWatermark = 64 << 10
        configuration.outboundBufferSizeLowWatermark = 32 << 10
        return configuration
    }
}
