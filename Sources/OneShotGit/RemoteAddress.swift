import Foundation

/// Addresses of remote repositories in the form in which they may leave this machine.
public enum RemoteAddress {
    /// The address without passwords and tokens; empty for a path on this machine or a transport that runs programs.
    ///
    /// `https://me:secret@host/x.git` becomes `https://host/x.git`; `ssh://git:pw@host/x` becomes `ssh://git@host/x`;
    /// `git@host:x.git` stays.
    public static func shareable(_ address: String) -> String {
        guard let separator = address.range(of: "://") else { return shareableShortForm(address) }
        let scheme = address[..<separator.lowerBound].lowercased()
        guard ["http", "https", "ssh", "git", "git+ssh", "ssh+git"].contains(scheme) else { return "" }
        let rest = address[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var path = rest.dropFirst(authority.count)
        if scheme.hasPrefix("http") { path = path.prefix { $0 != "?" && $0 != "#" } }
        guard let at = authority.lastIndex(of: "@") else { return "\(scheme)://\(authority)\(path)" }
        let host = authority[authority.index(after: at)...]
        let user = authority[..<at].prefix { $0 != ":" }
        return scheme.hasPrefix("http") ? "\(scheme)://\(host)\(path)" : "\(scheme)://\(user)@\(host)\(path)"
    }

    /// `user@host:path`: git takes it for a path when a slash stands before the first colon.
    private static func shareableShortForm(_ address: String) -> String {
        guard let colon = address.firstIndex(of: ":"), !address[..<colon].contains("/"),
            !address[colon...].hasPrefix("::"), address[..<colon].count > 1
        else { return "" }
        return address
    }
}
