extension PythonAgent.Program {
    static let miniSWE = Self(
        name: "mini-swe-agent",
        version: "2.4.6",
        list: .miniSWE,
        pythons: 10...14,
        megabytes: (fetched: 57, installed: 380),
        words: [
            "--yolo", "--exit-immediately", "--cost-limit", "0", "--config", "mini.yaml", "--output",
            "\(InsidePath.home)/.mini-swe-agent/trajectory.json",
        ],
        reasoningEffort: { ["--config", "model.model_kwargs.reasoning_effort=\($0)"] },
        environment: [
            "MSWEA_CONFIGURED": "true", "MSWEA_SILENT_STARTUP": "1", "MSWEA_COST_TRACKING": "ignore_errors",
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        ],
        sessionFiles: [".mini-swe-agent"],
        // The instructions are too long for a command line sometimes, so they are put in here.
        start: """
            os.makedirs(os.path.expanduser("~/.mini-swe-agent"), exist_ok=True)
            with open(instructions) as file:
                sys.argv = ["mini"] + words + ["--task", file.read()]
            from minisweagent.run.mini import app
            app()
            """
    )
}
