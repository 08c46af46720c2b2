import NIOCore
import NIOHPACK
import NIOHTTP2

/// Whoever takes the messages that arrive on a stream.
protocol HTTP2StreamOwner: AnyObject {
    /// There is something to take from ``HTTP2StreamHandler/next()``.
    func streamHasEvents()
    /// The other side sent what is no message.
    func streamFailed(_ error: HTTP2MessageError)
}

/// One HTTP/2 stream, at the side of a client or of an upstream: frames in, events of messages out, and back.
///
/// The handler behind it in the channel's pipeline is its owner, and takes the channel's other events from there.
final class HTTP2StreamHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = Never
    typealias OutboundIn = Never
    typealias OutboundOut = HTTP2Frame.FramePayload

    private var reader: HTTP2MessageReader
    private weak var owner: (any HTTP2StreamOwner)?
    private var context: ChannelHandlerContext?
    /// The last frame waits for the flush: what follows at once may be the end of the stream, which belongs into it.
    private var pending: HTTP2Frame.FramePayload?
    private var hasHead = false
    private(set) var hasEnded = false
    /// The last frame has gone out.
    private var ended: EventLoopFuture<Void>?
    private var isReset = false

    init(_ role: HTTP2MessageReader.Role, owner: any HTTP2StreamOwner) {
        reader = HTTP2MessageReader(role)
        self.owner = owner
    }

    var bufferedBytes: Int { reader.bufferedBytes }

    func next() -> HTTP2MessageReader.Event? { reader.next() }
}

// MARK: - Sending

extension HTTP2StreamHandler {
    func send(head: HPACKHeaders) {
        hasHead = true
        put(.headers(.init(headers: head)))
    }

    func send(_ data: ByteBuffer) {
        if data.readableBytes > 0 { put(.data(.init(data: .byteBuffer(data)))) }
    }

    /// Ends the message with these fields.
    func send(trailers: HPACKHeaders) {
        put(.headers(.init(headers: trailers)))
        end()
    }

    func end() {
        guard !hasEnded else { return }
        hasEnded = true
        switch pending {
        case .headers(var last):
            last.endStream = true
            pending = .headers(last)
        case .data(var last):
            last.endStream = true
            pending = .data(last)
        default: pending = .data(.init(data: .byteBuffer(ByteBuffer()), endStream: true))
        }
    }

    private func put(_ payload: HTTP2Frame.FramePayload) {
        guard !hasEnded, !isReset else { return }
        writePending()
        pending = payload
    }

    private func writePending() {
        guard let payload = pending, let context else { return }
        pending = nil
        guard hasEnded else {
            context.write(wrapOutboundOut(payload), promise: nil)
            return
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        ended = written.futureResult
        context.write(wrapOutboundOut(payload), promise: written)
    }

    /// Ends the stream, perhaps in the middle of a message. What was sent before still goes out first.
    func reset(_ code: HTTP2ErrorCode) {
        guard !isReset, let context else { return }
        writePending()
        isReset = true
        sent(context).assumeIsolated().whenComplete { [weak self] _ in
            guard let self, let context = self.context else { return }
            context.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
        }
        context.flush()
    }

    /// When all that was sent has gone out. A reset would overtake what flow control holds back.
    private func sent(_ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        if let ended { return ended }
        guard hasHead else { return context.eventLoop.makeSucceededVoidFuture() }
        let written = context.eventLoop.makePromise(of: Void.self)
        context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(ByteBuffer())))), promise: written)
        return written.futureResult
    }
}

// MARK: - Events of the channel

extension HTTP2StreamHandler {
    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(HTTP2MessageError) {
            switch unwrapInboundIn(data) {
            case .headers(let frame): try reader.receive(frame.headers, endStream: frame.endStream)
            case .data(let frame):
                guard case .byteBuffer(let bytes) = frame.data else { return }
                try reader.receive(bytes, endStream: frame.endStream)
            // Window updates and the like are between the connections; a reset comes as an error of the channel.
            default: return
            }
        } catch {
            owner?.streamFailed(error)
            return
        }
        owner?.streamHasEvents()
    }

    func flush(context: ChannelHandlerContext) {
        writePending()
        context.flush()
    }
}
