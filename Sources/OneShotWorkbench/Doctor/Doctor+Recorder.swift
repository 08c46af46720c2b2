import Foundation
import OneShotCore
import OneShotProcess
import OneShotRecorder

extension Doctor {
    private static let start = "oneshot up"
    private static let restart = "oneshot down; oneshot up"

    func health(of running: RecorderProcess?) async throws -> Check {
        let name = "recorder"
        guard let running else { return .failed(name, "none runs in this workspace", remedy: Self.start) }
        guard let health = try await recorder.health(of: running) else {
            return .failed(
                name,
                "pid \(running.process.pid) does not answer on 127.0.0.1:\(running.port)",
                remedy: Self.restart
            )
        }
        if let trouble = health.trouble {
            return .failed(name, "it cannot write: \(trouble)", remedy: "make room for \(health.database)")
        }
        if health.lost > 0 {
            return .warning(name, "\(health.lost) exchanges were not recorded", remedy: "oneshot logs proxy")
        }
        if health.spooled > 0 {
            return .warning(
                name,
                "\(health.spooled) changes wait in its spool for the database",
                remedy: "end what holds \(health.database) locked; they are stored by themselves then"
            )
        }
        if let untrusted = health.untrusted {
            return .warning(name, untrusted, remedy: "start the agent with 'oneshot trace -- …'")
        }
        return .passed(name, "answers on 127.0.0.1:\(running.port), pid \(running.process.pid)")
    }

    func plainHTTP(through running: RecorderProcess?) async -> Check {
        let name = "plain HTTP"
        guard let running else { return .warning(name, "not looked at: no recorder runs", remedy: Self.start) }
        do {
            let answer = try await LoopbackOrigin.run(answering: "hello from the doctor") { port in
                try await LocalHTTP(port: running.port).get(
                    "http://127.0.0.1:\(port)/doctor",
                    host: "127.0.0.1:\(port)",
                    headers: [LocalHTTP.credentials("oneshot-doctor", token: running.token)]
                )
            }
            guard answer.status == 200, answer.body == "hello from the doctor" else {
                return .failed(name, "the answer was changed (status \(answer.status))", remedy: Self.restart)
            }
            return .passed(name, "passes through unchanged")
        } catch {
            return .failed(name, "\(error)", remedy: Self.restart)
        }
    }

    func interception(by running: RecorderProcess?) async -> Check {
        let name = "HTTPS interception"
        guard let running else { return .warning(name, "not looked at: no recorder runs", remedy: Self.start) }
        let host = "api.openai.com"
        do {
            let certificate = URL(fileURLWithPath: running.certificate)
            let probe = TunnelProbe(proxyPort: running.port, host: host, authority: certificate)
            try await probe.handshake(headers: [LocalHTTP.credentials("oneshot-doctor", token: running.token)])
            return .passed(name, "the recorder answers for \(host) with a certificate of its own authority")
        } catch {
            return .failed(name, "\(host): \(error)", remedy: Self.restart)
        }
    }

    func databases() async -> Check {
        let name = "trace databases"
        do {
            let status = try await recorder.status()
            guard status.databases[0].bytes > 0 else {
                return .warning(name, "none yet", remedy: Self.start)
            }
            let exchanges = status.exchanges.values.reduce(0, +)
            return .passed(name, "readable: \(exchanges) exchanges, \(status.cleanedSessions) sessions")
        } catch {
            return .failed(name, "\(error)", remedy: "move the file away")
        }
    }

    func authority(of running: RecorderProcess?) -> Check {
        let name = "certificate authority"
        let directory = authorityDirectory(of: running)
        do {
            let authority = try RecorderOptions(authority: directory).loadAuthority()
            let keys = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
                .filter { (try? String(contentsOf: $0, encoding: .utf8))?.contains("PRIVATE KEY") ?? false }
            for key in keys {
                let mode = try FileManager.default.attributesOfItem(atPath: key.path)[.posixPermissions] as? Int ?? 0
                guard mode & 0o077 == 0 else {
                    return .failed(name, "others may read \(key.path)", remedy: "chmod 600 \(key.path)")
                }
            }
            let expiry = authority.notValidAfter
            guard expiry > Date().addingTimeInterval(30 * 86_400) else {
                return .warning(
                    name,
                    "expires \(Timestamp.iso(expiry))",
                    remedy: "move \(directory.path) away: a new one is made"
                )
            }
            return .passed(name, "\(authority.certificateURL.path), valid until \(Timestamp.iso(expiry).prefix(10))")
        } catch {
            return .failed(name, "\(error)", remedy: "move \(directory.path) away: a new one is made")
        }
    }

    private func authorityDirectory(of running: RecorderProcess?) -> URL {
        running.map { URL(fileURLWithPath: $0.certificate).deletingLastPathComponent() }
            ?? CertificateAuthority.defaultDirectory(environment: environment)
    }

    func trust(in running: RecorderProcess?) async -> Check {
        let name = "system trust (optional)"
        let directory = authorityDirectory(of: running)
        do {
            let authority = try RecorderOptions(authority: directory).loadAuthority()
            let store = try SystemTrustStore.find(certificate: authority.certificateURL)
            guard await store.trusts(certificatePEM: authority.certificatePEM) else {
                return .warning(
                    name,
                    "not in \(store.place); only clients that are started without oneshot need it",
                    remedy: "oneshot ca install"
                )
            }
            return .passed(name, "in \(store.place)")
        } catch {
            return .warning(name, "\(error)", remedy: "start agents with 'oneshot trace -- …' or codex-synth")
        }
    }
}
