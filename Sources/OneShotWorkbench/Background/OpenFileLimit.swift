import Foundation

/// How many files and sockets this process may have open.
enum OpenFileLimit {
    /// Asks the system for as many as are needed, up to what it lets us have. Shells often start programs with 1,024,
    /// and a recorder needs two for each client.
    static func raise(to wanted: rlim_t) {
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        _ = setrlimit(resource, &limit)
    }
}
