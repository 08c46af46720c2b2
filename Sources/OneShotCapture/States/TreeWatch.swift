import Foundation

/// Tells when something in a working tree may have changed.
protocol TreeWatch: Sendable {
    /// One element for each change or bunch of changes; elements that nobody has taken yet are one. The watching ends
    /// with the stream.
    func changes() -> AsyncStream<Void>
}

/// Looks again and again, where the system cannot tell.
struct PollingWatch: TreeWatch {
    var interval = Duration.seconds(15)

    func changes() -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let task = Task {
                while (try? await Task.sleep(for: interval)) != nil { continuation.yield() }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}

/// The best watch that there is for a tree.
///
/// - Parameter passedOver: directories below `top` in which nothing counts; `.git` is one always.
func treeWatch(of top: URL, passingOver passedOver: [String]) -> any TreeWatch {
    #if os(Linux)
        if let watch = InotifyWatch(top, passingOver: passedOver) { return watch }
    #endif
    return PollingWatch()
}
