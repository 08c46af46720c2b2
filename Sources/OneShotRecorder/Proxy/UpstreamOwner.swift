import NIOCore

/// Whoever an upstream connection, or a stream of one, was made for.
protocol UpstreamOwner: AnyObject {
    /// It can carry requests.
    func upstreamIsReady(_ handler: UpstreamHandler)
    /// It is over, or could not be made.
    func upstreamEnded(_ handler: UpstreamHandler, error: (any Error)?)
    /// The other side takes no new requests on this HTTP/2 connection.
    func upstreamRetires(_ handler: UpstreamHandler)
    func upstreamRead(_ bytes: ByteBuffer)
    /// There are events of a message to take from the handler's stream.
    func upstreamHasEvents()
    func upstreamFailed(_ handler: UpstreamHandler, error: HTTP2MessageError)
    func upstreamReadComplete()
    func resumeReading()
    var takesBytes: Bool { get }
}
