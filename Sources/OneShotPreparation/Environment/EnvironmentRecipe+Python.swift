extension EnvironmentRecipe {
    /// What is installed is in `/opt/venv`, whose `python3` comes first on `PATH`. It sees Debian's packages too, pytest
    /// among them, and the repository itself, as if it were installed in place.
    static let python: [EnvironmentRecipe] = [
        EnvironmentRecipe(
            name: "Python (uv)",
            ecosystem: .python,
            marks: ["uv.lock"],
            packages: pythonPackages,
            programs: ["python3"],
            image: pythonImage,
            manifests: ["uv.lock", "**/pyproject.toml"],
            install: [
                makeVirtualEnvironment,
                "python3 -m venv /opt/uv", "/opt/uv/bin/pip install --quiet --no-cache-dir uv==0.13.9",
                "export UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_CACHE=1",
                "uv() { /opt/uv/bin/uv \"$@\" --frozen --no-install-workspace --inexact; }",
                "uv sync --all-groups --all-extras || uv sync",
                addPytest, addRepository,
            ],
            finish: [
                "if grep -q '^.build-system' pyproject.toml; then \(installInPlace("--no-deps"))"
            ],
            variables: pythonVariables
        ),
        EnvironmentRecipe(
            name: "Python (Poetry)",
            ecosystem: .python,
            marks: ["poetry.lock"],
            packages: pythonPackages,
            programs: ["python3"],
            image: pythonImage,
            manifests: ["poetry.lock", "**/pyproject.toml"],
            install: [
                makeVirtualEnvironment,
                "python3 -m venv /opt/poetry", "/opt/poetry/bin/pip install --quiet --no-cache-dir poetry==2.5.1",
                "export VIRTUAL_ENV=/opt/venv PATH=\"/opt/venv/bin:$PATH\" POETRY_VIRTUALENVS_CREATE=false",
                "/opt/poetry/bin/poetry install --no-interaction --no-cache --no-root --all-extras",
                addPytest, addRepository,
            ],
            finish: [
                "if grep -q '^.build-system' pyproject.toml; then \(installInPlace("--no-deps"))"
            ],
            variables: pythonVariables
        ),
        EnvironmentRecipe(
            name: "Python (pip)",
            ecosystem: .python,
            marks: ["requirements.txt", "requirements-dev.txt", "dev-requirements.txt", "requirements-test.txt"],
            packages: pythonPackages,
            programs: ["python3"],
            image: pythonImage,
            manifests: ["*requirements*.txt", "requirements/*.txt", "*constraints*.txt"],
            install: [
                makeVirtualEnvironment,
                // The repository itself and its parts are not there yet.
                "find . -name '*.txt' -exec sed -i -E '/^(-e|--editable)?[ =]*(\\.|file:)/d' {} +",
                "for file in *requirements*.txt; do /opt/venv/bin/pip install --no-cache-dir --requirement \"$file\"; done",
                addPytest, addRepository,
            ],
            finish: [
                "if [ -e setup.py ] || grep -qs '^.build-system' pyproject.toml; then \(installInPlace(""))"
            ],
            variables: pythonVariables
        ),
        EnvironmentRecipe(
            name: "Python (pip)",
            ecosystem: .python,
            marks: ["pyproject.toml", "setup.py", "setup.cfg"],
            texts: ["dependencies", "install_requires", "[project.scripts]", "package-dir", "package_dir", "poetry"],
            packages: pythonPackages,
            programs: ["python3"],
            image: pythonImage,
            install: [makeVirtualEnvironment, addPytest, addRepository],
            finish: ["if true; then \(installInPlace(""))"],
            variables: pythonVariables
        ),
        EnvironmentRecipe(
            name: "Python",
            ecosystem: .python,
            marks: ["pyproject.toml", "setup.py", "setup.cfg", "tox.ini", ".py"],
            packages: ["python3-pip", "python3-pytest", "python3-venv"],
            programs: ["python3"],
            image: pythonImage
        ),
    ]

    private static let pythonPackages = [
        "build-essential", "python3-dev", "python3-pip", "python3-pytest", "python3-venv",
    ]
    private static let pythonVariables = [
        (name: "PATH", value: "/opt/venv/bin:$PATH"), (name: "VIRTUAL_ENV", value: "/opt/venv"),
    ]
    private static let makeVirtualEnvironment = "python3 -m venv --system-site-packages /opt/venv"
    /// Where the image is not Debian's own, Debian's pytest is another Python's.
    private static let addPytest =
        "/opt/venv/bin/python3 -c 'import pytest' || /opt/venv/bin/python3 -m pip install --no-cache-dir pytest"
    private static let addRepository =
        "printf '{project}/src\\n{project}\\n' "
        + ">\"$(/opt/venv/bin/python3 -c 'import site; print(site.getsitepackages()[0])')/workspace.pth\""

    /// Without it the repository is found by its path alone: not every project is a package.
    private static func installInPlace(_ options: String) -> String {
        "/opt/venv/bin/python3 -m pip install --no-cache-dir \(options.isEmpty ? "" : options + " ")--editable "
            + (options.isEmpty ? "'.[dev,test,tests,testing]'" : ".") + " || echo 'not installed in place'; fi"
    }

    private static let pythonImage = LanguageImage(
        debian: LanguageVersion(3, 11),
        wanted: { text in
            if let exact = LanguageVersion.file(text(".python-version"))?.prefix(2), exact.parts.count == 2 {
                return exact
            }
            let project = text("pyproject.toml")
            return
                (LanguageVersion.after(/requires-python\s*=/, in: project)
                ?? LanguageVersion.after(/\npython\s*=/, in: project))?.prefix(2)
        },
        name: "python:{version}-slim-bookworm",
        replaces: ["python3-dev", "python3-pip", "python3-pytest", "python3-venv"],
        also: ["python3 -m pip install --no-cache-dir pytest"]
    )
}
