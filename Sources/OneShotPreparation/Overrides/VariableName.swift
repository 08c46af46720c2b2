/// Which environment variables a task, or the person who runs it, may set in its sandboxes.
public enum VariableName {
    /// Why a variable may not be set, as the end of a sentence about it; nil when it may.
    public static func problem(of name: String) -> String? {
        guard name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
            return "is no name of a variable (letters, digits and '_')"
        }
        let upper = name.uppercased()
        if own.contains(upper) || ownPrefixes.contains(where: { upper.hasPrefix($0) }) || upper.hasSuffix("_PROXY") {
            return "is the sandbox's own and cannot be set"
        }
        let words = upper.split(separator: "_")
        if words.contains(where: { secretWords.contains(String($0)) })
            || secretEndings.contains(where: { upper.hasSuffix($0) })
        {
            return "looks like a credential, and those never enter a sandbox; use another name if it is none"
        }
        return nil
    }

    private static let own: Set<String> = [
        "HOME", "PATH", "USER", "LOGNAME", "SHELL", "PWD", "HOSTNAME", "CODEX_HOME", "NODE_EXTRA_CA_CERTS",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO",
        "CODEX_CA_CERTIFICATE", "PYTHONHOME", "PYTHONSTARTUP", "BASH_ENV", "ENV",
    ]
    private static let ownPrefixes = ["LD_", "DYLD_", "ONESHOT_"]
    private static let secretWords: Set<String> = [
        "KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS", "AUTH", "COOKIE",
    ]
    private static let secretEndings = ["APIKEY", "TOKEN", "PASSWORD", "SECRET"]
}
