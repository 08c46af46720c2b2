import Foundation
import OneShotTesting
import Testing

@testable import OneShotSandbox

@Suite("What a build knows of the machine")
struct BuildSettingsTests {
    @Test("mirrors and proxies are passed, keys and a recorder on this machine are not")
    func variables() {
        let settings = BuildSettings(
            environment: [
                "PIP_INDEX_URL": "https://mirror.test/it's", "GOPROXY": "https://go.test", "OPENAI_API_KEY": "x",
                "HTTPS_PROXY": "http://proxy.test:3128", "http_proxy": "http://127.0.0.1:18080",
                "NO_PROXY": "localhost",
                "HOME": "/home/me", "PIP_CONFIG_FILE": "/home/me/pip.conf", "CARGO_REGISTRIES_OURS_INDEX": "sparse+x",
                "UV_INDEX_URL": "",
            ],
            bundles: []
        )
        #expect(
            settings.script == """
                export CARGO_REGISTRIES_OURS_INDEX='sparse+x'
                export GOPROXY='https://go.test'
                export HTTPS_PROXY='http://proxy.test:3128'
                export NO_PROXY='localhost'
                export PIP_INDEX_URL='https://mirror.test/it'\\''s'

                """
        )
    }

    @Test("the machine's certificates are there under a name of ours")
    func certificates() async throws {
        try await withTemporaryDirectory { directory in
            let bundle = directory.appendingPathComponent("bundle.pem")
            try Data("certificates".utf8).write(to: bundle)
            let settings = BuildSettings(environment: ["SSL_CERT_FILE": bundle.path], bundles: [])
            let target = directory.appendingPathComponent("settings")
            try settings.write(to: target)
            #expect(try String(contentsOf: target.appendingPathComponent("ca.pem"), encoding: .utf8) == "certificates")
            let script = try String(contentsOf: target.appendingPathComponent("settings.sh"), encoding: .utf8)
            #expect(script.contains("export PIP_CERT='/run/oneshot/ca.pem'\n"))
            #expect(!script.contains(directory.path))
        }
    }

    @Test("podman's build sees the settings; docker's builder can mount nothing")
    func arguments() {
        let directory = URL(fileURLWithPath: "/tmp/x")
        #expect(ContainerDialect.podman.settingsArguments(directory) == ["--volume", "/tmp/x:/run/oneshot:ro"])
        #expect(ContainerDialect.docker.settingsArguments(directory) == [])
    }
}
