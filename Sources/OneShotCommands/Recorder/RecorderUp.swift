import ArgumentParser
import Foundation
import OneShotCapture
import OneShotCore
import OneShotWorkbench

/// `oneshot up`
struct RecorderUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start the recorder and the cleaner of this workspace in the background.",
        discussion: """
            One process for each workspace, on 127.0.0.1. Returns once it answers; says so when it runs already.
            Upstreams are reached by the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name. docs/recorder.md tells
            more of every option.

              oneshot up
              oneshot up --port 18081 --upstream api.openai.com=http://127.0.0.1:8989
              oneshot up --reverse 18090=https://api.openai.com
            """
    )

    @OptionGroup var global: GlobalOptions

    @Option(help: "The port to listen on; 0 takes any that is free.")
    var port = 18080

    @Option(help: "Listen on this address too; anything but loopback needs --token.")
    var host = "127.0.0.1"

    @Flag(
        help:
            "Ask clients for a token, as the password of their proxy credentials: ONESHOT_PROXY_TOKEN, else a generated one."
    )
    var token = false

    @Flag(help: "Stay in the foreground; the exchanges are shown as they end.")
    var foreground = false

    @Option(
        name: .customLong("ca"),
        help: "The directory of another certificate authority, such as ~/.mitmproxy.",
        completion: .directory,
        transform: { URL(fileURLWithPath: NSString(string: $0).expandingTildeInPath) }
    )
    var authority: URL?

    @Option(
        help:
            "Read this host's traffic too, besides that of the well-known model APIs; 'all' for every host (repeatable)."
    )
    var intercept: [String] = []

    @Option(help: "Pass this host's traffic on unread, whatever else is said (repeatable).")
    var ignore: [String] = []

    @Option(help: "Send a host's traffic elsewhere: HOST=URL (repeatable).")
    var upstream: [String] = []

    @Option(
        help:
            "A port on 127.0.0.1 that stands for an upstream: [PORT=]URL, for clients that take a base URL (repeatable)."
    )
    var reverse: [String] = []

    @Option(help: "Reach upstreams by this proxy instead of those that the environment names; 'none' for no proxy.")
    var upstreamProxy: String?

    @Option(help: "Do not check the certificate of this one host (repeatable).")
    var insecureUpstream: [String] = []

    @OptionGroup(title: "Limits of each session") var limits: LimitOptions

    @Option(
        help: "Trust the certificates in this PEM file upstream, besides the system's (repeatable).",
        completion: .file(),
        transform: { URL(fileURLWithPath: NSString(string: $0).expandingTildeInPath) }
    )
    var trust: [URL] = []

    @Flag(help: .hidden)
    var shared = false

    func run() async throws {
        let workspace = try global.resolvedWorkspace()
        let console = Console(quiet: global.quiet)
        let environment = ProcessInfo.processInfo.environment
        let options = RecorderOptions(
            port: port,
            host: host,
            requiresToken: token,
            authority: authority,
            intercepted: intercept,
            ignored: ignore,
            upstreams: try RecorderOptions.upstreams(upstream),
            reverse: try reverse.map { try ReverseOption($0) },
            upstreamProxy: upstreamProxy ?? environment[RecorderOptions.upstreamProxyVariable],
            insecure: insecureUpstream,
            budget: limits.budget,
            trusted: trust
        )
        if foreground {
            let recorder = ForegroundRecorder(
                workspace: workspace,
                options: options,
                lifetime: shared ? .shared : .permanent
            )
            let watch = WorkspaceWatch(workspace: workspace) { console.note("oneshot: \($0)") }
            try await watch.during { try await recorder.run { console.result($0) } }
            return
        }
        try options.validate()
        let secret = token ? try ProxyToken.prepare(in: workspace, environment: environment) : nil
        let start = try await global.workspaceRecorder().up(options)
        if global.json {
            try console.document(start.recorder)
        } else {
            console.result(start.text)
            // Shown once, when nobody can know it yet.
            if let secret, secret.isNew { console.result("the token is \(secret.text)") }
        }
    }
}

/// `oneshot down`
struct RecorderDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Stop the recorder of this workspace.",
        discussion: """
            Exchanges in flight are recorded as cut. Nothing but the process that 'oneshot up' started is touched.

              oneshot down
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let stopped = try await global.workspaceRecorder().down()
        Console(quiet: global.quiet).result(stopped.map { "stopped \($0.place)" } ?? "no recorder runs here")
    }
}

extension GlobalOptions {
    /// The recorder of the workspace that the command works on.
    func workspaceRecorder() throws -> WorkspaceRecorder {
        WorkspaceRecorder(
            workspace: try resolvedWorkspace(),
            executable: try OneShotProgram.current(environment: ProcessInfo.processInfo.environment)
        )
    }
}
