extension PythonAgent.Program {
    /// Aider asks no questions and commits nothing; it looks up neither news, prices nor links, and reports nothing. Its
    /// answers come whole, because it does not ask for the usage of those that it streams.
    static let aider = Self(
        name: "aider",
        version: "0.86.2",
        list: .aider,
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
}
