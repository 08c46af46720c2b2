import Foundation

extension PythonAgent.Program {
    /// Aider asks no questions and commits nothing; it looks up neither news, prices nor links, and reports nothing. Its
    /// answers come whole, because it does not ask for the usage of those that it streams.
    static let aider = Self(
        name: "aider",
        version: "0.86.2",
        requirements: aiderPackages,
        pythons: 10...12,
        megabytes: (fetched: 125, installed: 750),
        words: [
            "--yes-always", "--no-auto-commits", "--no-dirty-commits", "--no-gitignore", "--no-stream", "--no-pretty",
            "--no-fancy-input", "--no-analytics", "--no-check-update", "--no-show-release-notes",
            "--no-show-model-warnings", "--no-detect-urls", "--disable-playwright",
            "--chat-history-file", "\(home)/chat.history.md", "--input-history-file", "\(home)/input.history",
            "--llm-history-file", "\(home)/llm.history",
        ],
        // Asked for, it is sent, whatever aider knows of the model.
        reasoningEffort: { ["--reasoning-effort", $0, "--no-check-model-accepts-settings"] },
        environment: ["LITELLM_LOCAL_MODEL_COST_MAP": "True"],
        sessionFiles: [".aider/*.history*"],
        // What it knows of models is else fetched, and its map of the repository is else kept among the files of the
        // task.
        start: """
            import shutil
            caches = "\(home)/caches"
            os.makedirs(caches)
            shutil.copyfile(sys.prefix + "/site/litellm/model_prices_and_context_window_backup.json",
                            caches + "/model_prices_and_context_window.json")
            from aider import main, repomap
            repomap.RepoMap.TAGS_CACHE_DIR = caches + "/tags"
            sys.exit(main.main(words + ["--message-file", instructions]))
            """
    )

    private static let home = "\(InsidePath.home)/.aider"

    /// Its own list of what it was tested with.
    private static let aiderPackages = """
        aider-chat==0.86.2 aiohappyeyeballs==2.6.1 aiohttp==3.13.3 aiosignal==1.4.0 annotated-doc==0.0.4
        annotated-types==0.7.0 anyio==4.12.1 asgiref==3.11.1 attrs==25.4.0 backoff==2.2.1
        beautifulsoup4==4.14.3 certifi==2026.1.4 cffi==2.0.0 charset-normalizer==3.4.4 click==8.3.1
        configargparse==1.7.1 diff-match-patch==20241021 diskcache==5.6.3 distro==1.9.0 fastapi==0.128.8
        fastuuid==0.14.0 filelock==3.20.3 flake8==7.3.0 frozenlist==1.8.0 fsspec==2026.2.0 gitdb==4.0.12
        gitpython==3.1.46 grep-ast==0.9.0 h11==0.16.0 hf-xet==1.2.0 httpcore==1.0.9 httpx==0.28.1
        huggingface-hub==1.4.1 idna==3.11 importlib-metadata==7.2.1 importlib-resources==6.5.2 jinja2==3.1.6
        jiter==0.13.0 json5==0.13.0 jsonschema-specifications==2025.9.1 jsonschema==4.26.0 litellm==1.81.10
        markdown-it-py==4.0.0 markupsafe==3.0.3 mccabe==0.7.0 mdurl==0.1.2 mixpanel==5.0.0 mslex==1.3.0
        multidict==6.7.1 networkx==3.4.2 numpy==1.26.4 openai==2.20.0 orjson==3.11.7 oslex==0.1.3
        packaging==26.0 pathspec==1.0.4 pexpect==4.9.0 pillow==12.1.1 posthog==7.8.6 prompt-toolkit==3.0.52
        propcache==0.4.1 psutil==7.2.2 ptyprocess==0.7.0 pycodestyle==2.14.0 pycparser==3.0
        pydantic-core==2.41.5 pydantic==2.12.5 pydub==0.25.1 pyflakes==3.4.0 pygments==2.19.2 pypandoc==1.16.2
        pyperclip==1.11.0 python-dateutil==2.9.0.post0 python-dotenv==1.2.1 pyyaml==6.0.3 referencing==0.37.0
        regex==2026.1.15 requests==2.32.5 rich==14.3.2 rpds-py==0.30.0 scipy==1.15.3 shellingham==1.5.4
        shtab==1.8.0 six==1.17.0 smmap==5.0.2 sniffio==1.3.1 socksio==1.0.0 sounddevice==0.5.5
        soundfile==0.13.1 soupsieve==2.8.3 starlette==0.52.1 tiktoken==0.12.0 tokenizers==0.22.2 tqdm==4.67.3
        tree-sitter-c-sharp==0.23.1 tree-sitter-embedded-template==0.25.0 tree-sitter-language-pack==0.13.0
        tree-sitter-yaml==0.7.2 tree-sitter==0.25.2 typer-slim==0.23.0 typer==0.23.0 typing-extensions==4.15.0
        typing-inspection==0.4.2 urllib3==2.6.3 watchfiles==1.1.1 wcwidth==0.6.0 yarl==1.22.0 zipp==3.23.0
        """.split(whereSeparator: \.isWhitespace).map(String.init)
}
