import Foundation
import OneShotCore
import OneShotProcess
import OneShotRedaction
import OneShotTesting
import Testing

@testable import OneShotExport

@Suite("The page")
struct PageTests {
    @Test("what was recorded is escaped, wherever it stands")
    func escaped() throws {
        var session = Sample.session
        session.sessionID = "\"><script>1</script>"
        session.turns[0].model = "<b onclick='x'>"
        session.turns[0].threadID = "<i>"
        session.threads[1].name = "</title><svg>"
        let page = try Sample.documents(session, .html)[0].text
        #expect(page.components(separatedBy: "<script").count == 2)
        for markup in ["<img", "<b ", "<svg", "<i>", "<cwd>", "onclick='"] {
            #expect(!page.contains(markup), "\(markup)")
        }
        #expect(page.contains("&lt;img src=x onerror=alert(1)&gt;"))
    }

    @Test("has each turn, its words, calls, results, tokens and cost, and an index of them")
    func content() throws {
        let page = try Sample.documents(Sample.session, .html)[0].text
        for turn in 1...10 {
            #expect(page.contains(#"id="turn-\#(turn)""#) && page.contains(##"href="#turn-\##(turn)""##))
        }
        for text in [
            "list the files", "Look first.", "*** Begin Patch", "a.txt", "spawn_agent", "subagent counter", "$0.0125",
            "120 in (80 cached), 9 out (4 reasoning)", "repeats turn 4", "server is overloaded", "5 tools offered",
            "after 30 s without work", Redactor.standard.redact(Sample.session).manifest.summary,
        ] {
            #expect(page.contains(text), "\(text)")
        }
    }

    @Test("asks for nothing from elsewhere, and its policy lets nothing in")
    func alone() throws {
        let page = try Sample.documents(Sample.session, .html)[0].text
        #expect(page.contains("default-src &#39;none&#39;"))
        for reference in ["src=\"", "href=\"http", "url(", "@import", "<link"] { #expect(!page.contains(reference)) }
    }

    @Test(
        "a terminal's colours are taken out, and other control characters are shown as such",
        arguments: [
            ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("\u{1B}]8;;file:x\u{7}name\u{1B}]8;;\u{1B}\\", "name"),
            ("a\r\nb\rc", "a\nb\nc"), ("\u{0}\u{8}", "\u{FFFD}\u{FFFD}"), ("end\u{1B}", "end\u{FFFD}"), ("é🦊", "é🦊"),
            ("\u{1B}[", ""), ("a & 'b' \"c\"", "a &amp; &#39;b&#39; &quot;c&quot;"),
        ]
    )
    func terminal(text: String, shown: String) {
        #expect(HTML.text(text).markup == shown)
    }
}

@Suite(
    "Integration: the page in Chromium",
    .enabled(if: Tool.isAvailable("chromium-headless-shell"), "needs Debian's chromium-headless-shell"),
    .timeLimit(.minutes(4))
)
struct PageBrowserTests {
    /// The page as the browser has it once it has loaded.
    private func dump(_ page: String, _ options: String...) async throws -> String {
        let browser = try #require(Tool.find("chromium-headless-shell"))
        return try await withTemporaryDirectory { directory in
            let file = directory.appendingPathComponent("page.html")
            try page.write(to: file, atomically: true, encoding: .utf8)
            let result = try await Command(
                browser.path,
                [
                    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                    "--user-data-dir=\(directory.path)/profile",
                ]
                    + options + ["--dump-dom", file.absoluteString],
                environment: .exactly(["PATH": "/usr/bin:/bin", "HOME": directory.path, "LANG": "C.UTF-8"]),
                directory: directory,
                timeout: .seconds(90)
            ).run()
            #expect(result.succeeded, "\(result.errorText)")
            return result.text
        }
    }

    @Test("our script runs, a recorded one does not")
    func inert() async throws {
        let dom = try await dump(try Sample.documents(Sample.session, .html)[0].text)
        #expect(dom.contains(#"<div id="tools">"#), "the script has shown the search box")
        #expect(dom.contains("<title>Session run-1</title>"))
        #expect(!dom.contains("<img") && dom.components(separatedBy: "<script").count == 2)
        #expect(dom.contains("&lt;script&gt;document.title='owned'"))
    }

    @Test("a script that got into the page after all is stopped by the policy")
    func policy() async throws {
        let page = try Sample.documents(Sample.session, .html)[0].text
            .replacing("</main>", with: "<script>document.title='owned'</script></main>")
        let dom = try await dump(page)
        #expect(dom.contains("<title>Session run-1</title>"))
    }

    @Test("without JavaScript everything can be read")
    func plain() async throws {
        // The switch that turns scripts off also turns off the browser's own way of printing the page.
        let page = try Sample.documents(Sample.session, .html)[0].text.replacing(PageAssets.script, with: "")
        let dom = try await dump(page)
        #expect(dom.contains(#"<div id="tools" hidden"#))
        for text in ["list the files", "There is a.txt, with 3 lines.", "3 a.txt"] { #expect(dom.contains(text)) }
    }
}
