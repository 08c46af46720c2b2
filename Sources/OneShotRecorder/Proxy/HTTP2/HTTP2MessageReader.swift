import NIOCore
import NIOHPACK
import OneShotWire

/// Reads the frames that arrive on one stream as a message. No input or output: feed it with frames, take events.
struct HTTP2MessageReader: Sendable {
    enum Role: Sendable { case requests, responses }

    enum Event: Sendable {
        case request(HTTP2Request)
        /// One that announces an answer (status below 200) may be followed by another.
        case response(HTTPHead, HPACKHeaders)
        case data(ByteBuffer)
        case trailers([HTTPField], HPACKHeaders)
        /// The message is complete.
        case end
    }

    private enum State { case head, body, done }

    private let role: Role
    private var state = State.head
    private var events: [Event] = []
    private var taken = 0
    /// Of bodies, in events that were not taken yet.
    private(set) var bufferedBytes = 0

    init(_ role: Role) { self.role = role }

    mutating func receive(_ headers: HPACKHeaders, endStream: Bool) throws(HTTP2MessageError) {
        switch (state, role) {
        case (.head, .requests):
            events.append(.request(try HTTP2Request(headers, endStream: endStream)))
            state = .body
        case (.head, .responses):
            let head = try HTTP2Response.head(headers)
            guard head.status >= 200 || !endStream else { throw .misplacedFrame }
            events.append(.response(head, headers))
            if head.status >= 200 { state = .body }
        case (.body, _):
            guard endStream else { throw .misplacedFrame }
            events.append(.trailers(try HTTP2Response.trailers(headers), headers))
        case (.done, _): throw .misplacedFrame
        }
        if endStream { finish() }
    }

    mutating func receive(_ data: ByteBuffer, endStream: Bool) throws(HTTP2MessageError) {
        guard case .body = state else { throw .misplacedFrame }
        if data.readableBytes > 0 {
            events.append(.data(data))
            bufferedBytes += data.readableBytes
        }
        if endStream { finish() }
    }

    private mutating func finish() {
        events.append(.end)
        state = .done
    }

    /// The next event, or nil until more frames arrive.
    mutating func next() -> Event? {
        guard taken < events.count else { return nil }
        let event = events[taken]
        taken += 1
        if taken == events.count {
            events.removeAll(keepingCapacity: true)
            taken = 0
        }
        if case .data(let data) = event { bufferedBytes -= data.readableBytes }
        return event
    }
}
