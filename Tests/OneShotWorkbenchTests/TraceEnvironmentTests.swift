import Foundation
import OneShotCore
import OneShotTesting
import Testing

@testable import OneShotWorkbench

@Suite("What a traced program is told")
struct TraceEnvironmentTests {
    private func variables(_ id: String = "run-42") throws -> [String: String] {
        TraceEnvironment(
            runID: try #require(RunID(id)),
            port: 18080,
            certificate: URL(fileURLWithPath: "/ca/cert.pem"),
            bundle: URL(fileURLWithPath: "/state/bundle.pem")
        ).variables
    }

    @Test(
        "every spelling of the proxy carries the run id",
        arguments: ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
    )
    func proxy(name: String) throws {
        #expect(try variables()[name] == "http://run-42:oneshot@127.0.0.1:18080")
    }

    @Test("servers on this machine are reached directly", arguments: ["NO_PROXY", "no_proxy"])
    func loopback(name: String) throws {
        let hosts = try #require(try variables()[name]).split(separator: ",")
        #expect(hosts.contains("127.0.0.1") && hosts.contains("localhost") && hosts.contains("::1"))
    }

    @Test(
        "variables that add to the trusted roots name the certificate",
        arguments: ["CODEX_CA_CERTIFICATE", "NODE_EXTRA_CA_CERTS"]
    )
    func added(name: String) throws {
        #expect(try variables()[name] == "/ca/cert.pem")
    }

    @Test(
        "variables that replace the trusted roots name the bundle",
        arguments: ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_CERT"]
    )
    func replaced(name: String) throws {
        #expect(try variables()[name] == "/state/bundle.pem")
    }

    @Test("the program knows its run id")
    func runID() throws {
        #expect(try variables("a.b_c-1")["RUN_ID"] == "a.b_c-1")
        #expect(try variables("a.b_c-1")["ONESHOT_RUN_ID"] == "a.b_c-1")
    }

    @Test("the option wins over the client's RUN_ID, which wins over a new name")
    func precedence() throws {
        let client = ["RUN_ID": "from-shell"]
        #expect(try TraceEnvironment.runID(explicit: "given", environment: client).description == "given")
        #expect(try TraceEnvironment.runID(explicit: nil, environment: client).description == "from-shell")
        #expect(try TraceEnvironment.runID(explicit: nil, environment: [:]).description.hasPrefix("run-"))
        #expect(try TraceEnvironment.runID(explicit: nil, environment: ["RUN_ID": ""]).description.hasPrefix("run-"))
    }

    @Test("a run id that proxy credentials cannot carry is refused", arguments: ["a b", "a:b", "a@b", "ü"])
    func bad(text: String) {
        #expect(throws: WorkbenchError.badRunID(text)) {
            try TraceEnvironment.runID(explicit: nil, environment: ["RUN_ID": text])
        }
    }
}
