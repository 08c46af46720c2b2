import OneShotGit
import Testing

@Suite("Addresses of remotes")
struct RemoteAddressTests {
    @Test(
        "lose their secrets, and whatever nobody else could reach",
        arguments: [
            ("https://github.com/o/r.git", "https://github.com/o/r.git"),
            ("https://user:token@host:8443/o/r.git", "https://host:8443/o/r.git"),
            ("https://token@host/r?access_token=x#y", "https://host/r"),
            ("HTTP://a:b@h/r", "http://h/r"), ("https://a:p@ss@host/r", "https://host/r"),
            ("ssh://git:password@host:22/r", "ssh://git@host:22/r"), ("ssh://host/r", "ssh://host/r"),
            ("git@github.com:o/r.git", "git@github.com:o/r.git"), ("host:r", "host:r"),
            ("/srv/git/r.git", ""), ("../r", ""), ("./a:b", ""), ("file:///srv/r", ""), ("C:/r", ""),
            ("ext::sh -c evil", ""), ("", ""),
        ]
    )
    func shareable(address: String, expected: String) {
        #expect(RemoteAddress.shareable(address) == expected)
    }
}
