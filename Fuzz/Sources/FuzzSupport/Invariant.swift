#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ends the run, for libFuzzer to keep the input, where something does not hold that always has to.
public func always(_ condition: Bool, _ invariant: String) {
    guard !condition else { return }
    let line = "does not hold: \(invariant)\n"
    line.withCString { _ = write(2, $0, strlen($0)) }
    abort()
}
