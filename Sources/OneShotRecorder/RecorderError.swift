public import OneShotCore

/// Why a recorder could not start.
public enum RecorderError: OneShotError, Equatable {
    /// `holder` names the program that listens there, where the system tells.
    case portTaken(host: String, port: Int, holder: String?)
    case cannotListen(on: String, reason: String)
    case authorityUnreadable(path: String, reason: String)
    case authorityUnusable(path: String, reason: String)
    case authorityExists(path: String)
    /// Its name constraints do not cover a host that is to be read.
    case authorityTooNarrow(path: String, host: String)
    case upstreamMalformed(host: String, origin: String)
    case trustRootUnreadable(path: String, reason: String)
    /// `name` is that of the variable or the option; what it says may hold a password.
    case proxyMalformed(name: String)
    case insecureUpstreamMalformed(String)
    /// Others could use a recorder that listens here.
    case openToOthers(host: String)

    public var description: String {
        switch self {
        case .portTaken(let host, let port, let holder):
            "port \(port) on \(host) is taken by \(holder ?? "another program"); stop it, or choose another port with --port"
        case .cannotListen(let place, let reason):
            "cannot listen on \(place): \(reason)"
        case .authorityUnreadable(let path, let reason):
            "cannot read the certificate authority at \(path): \(reason)"
        case .authorityUnusable(let path, let reason):
            "the certificate authority at \(path) cannot be used: \(reason); move it away to have a new one made"
        case .authorityExists(let path):
            "there is a certificate authority at \(path) already; name another directory, or move it away"
        case .authorityTooNarrow(let path, let host):
            "the certificate authority \(path) vouches for model APIs only, not for \(host): leave out --ca, or this host"
        case .upstreamMalformed(let host, let origin):
            "upstream of \(host): \"\(origin)\" is not an http or https origin such as http://127.0.0.1:9999"
        case .trustRootUnreadable(let path, let reason):
            "cannot read the trusted certificates at \(path): \(reason)"
        case .proxyMalformed(let name):
            "\(name) names no proxy that can be used: write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT"
        case .insecureUpstreamMalformed(let host):
            "'\(host)' is not one host: --insecure-upstream takes a name such as model.internal, once for each host"
        case .openToOthers(let host):
            "listening on \(host) would let everybody who reaches it use the recorder: add --token, or leave out --host"
        }
    }

    public var exitCode: ExitCode {
        switch self {
        case .authorityTooNarrow, .upstreamMalformed, .proxyMalformed, .insecureUpstreamMalformed, .openToOthers: .usage
        default: .environment
        }
    }
}
