import Crypto
import Foundation

/// What a page brings along. The policy in its head lets these two run, by their digests, and nothing else.
enum PageAssets {
    static var policy: String {
        "default-src 'none'; style-src '\(digest(style))'; script-src '\(digest(script))'; base-uri 'none'; "
            + "form-action 'none'"
    }

    private static func digest(_ text: String) -> String {
        "sha256-" + Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
    }

    static let style = """
        :root { color-scheme: light dark; --line: #8884; --soft: #8881; --dim: #666; --user: #1668c5; --model: #2d7d46;
          --tool: #9a5b00; --bad: #c0262d }
        @media (prefers-color-scheme: dark) { :root { --dim: #aaa; --user: #7ab5f5; --model: #7fce98; --tool: #e5b567;
          --bad: #ff8a8a } }
        body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1rem }
        h1 { font-size: 1.3rem; overflow-wrap: anywhere } h2 { font-size: 1.05rem; margin: 0 }
        h3 { font-size: .85rem; margin: .8rem 0 .2rem }
        a { color: inherit } table { border-collapse: collapse } th, td { padding: .1rem .8rem .1rem 0; text-align: left;
          vertical-align: top } th { color: var(--dim); font-weight: normal } td { overflow-wrap: anywhere }
        pre { background: var(--soft); border-radius: 4px; font: 13px/1.45 ui-monospace, monospace; margin: .2rem 0;
          max-height: 40rem; overflow: auto; padding: .5rem .7rem; unicode-bidi: isolate; white-space: pre-wrap;
          overflow-wrap: anywhere }
        .turn { border-top: 1px solid var(--line); padding: .8rem 0; content-visibility: auto;
          contain-intrinsic-size: auto 20rem }
        .turn:target { border-top: 3px solid var(--user) } .subagent { margin-left: 1.5rem }
        .facts, .dim { color: var(--dim); font-size: .85rem; margin: 0 } .badge { border: 1px solid var(--line);
          border-radius: 4px; font-size: .75rem; font-weight: normal; padding: 0 .4rem } .bad { color: var(--bad) }
        .user h3, .badge.user { color: var(--user) } .model h3 { color: var(--model) } .call h3 { color: var(--tool) }
        .reasoning pre { font-style: italic } summary { color: var(--dim); cursor: pointer; font-size: .85rem }
        nav ol { list-style: none; margin: 0; max-height: 18rem; overflow: auto; padding: 0 }
        nav a { text-decoration: none } nav li { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
        #tools { background: Canvas; border-bottom: 1px solid var(--line); padding: .4rem 0; position: sticky; top: 0 }
        #search { font: inherit; width: 20rem }
        """

    static let script = """
        'use strict';
        const turns = [...document.querySelectorAll('.turn')];
        const links = new Map([...document.querySelectorAll('nav a')].map(a => [a.hash.slice(1), a.parentElement]));
        const search = document.getElementById('search'), found = document.getElementById('found');
        document.getElementById('tools').hidden = false;
        function filter() {
          const words = search.value.toLowerCase();
          let count = 0;
          for (const turn of turns) {
            const fits = turn.textContent.toLowerCase().includes(words);
            turn.hidden = !fits;
            const link = links.get(turn.id);
            if (link) link.hidden = !fits;
            if (fits) count += 1;
            if (!words) continue;
            for (const part of turn.querySelectorAll('details'))
              if (part.textContent.toLowerCase().includes(words)) part.open = true;
          }
          found.textContent = words ? count + ' of ' + turns.length + ' turns' : '';
        }
        let waiting;
        search.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(filter, 150); });
        function step(by) {
          const shown = turns.filter(turn => !turn.hidden);
          const top = document.getElementById('tools').offsetHeight + 8;
          let at = -1;
          for (let i = 0; i < shown.length; i++) if (shown[i].getBoundingClientRect().top <= top) at = i;
          const next = shown[Math.min(shown.length - 1, Math.max(0, at + by))];
          if (next) window.scrollTo(0, window.scrollY + next.getBoundingClientRect().top - top + 2);
        }
        document.addEventListener('keydown', event => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (event.target === search) { if (event.key === 'Escape') search.blur(); return; }
          if (event.key === 'j') step(1);
          else if (event.key === 'k') step(-1);
          else if (event.key === '/') { event.preventDefault(); search.focus(); }
        });
        """
}
