extension PythonEnvironment {
    /// Makes an environment in a directory. `packages.txt` in it says what pip installs.
    static let program = #"""
        import glob, os, re, shutil, subprocess, sys, sysconfig, venv

        target = sys.argv[1]
        version = "python%d.%d" % sys.version_info[:2]
        base = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
        site = os.path.join(target, "site")
        libs = os.path.join(target, "libs")
        for directory in (site, libs, os.path.join(target, "bin")):
            os.makedirs(directory)

        # pip, in an environment that is thrown away.
        packages = os.path.join(target, "packages.txt")
        if os.path.getsize(packages):
            tool = os.path.join(target, "tool")
            venv.create(tool, with_pip=True)
            pip = subprocess.run([os.path.join(tool, "bin", "python"), "-m", "pip", "install", "--progress-bar", "off",
                                  "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:",
                                  "--require-hashes", "--target", site, "-r", packages])
            if pip.returncode:
                sys.exit(pip.returncode)
            shutil.rmtree(tool)

        # The interpreter with its library.
        program = os.path.join(target, "bin", version)
        shutil.copy2(base, program)
        skip = shutil.ignore_patterns("site-packages", "dist-packages", "test", "tests", "idlelib", "tkinter", "turtledemo",
                                      "ensurepip", "lib2to3", "config-*", "__pycache__", "pydoc_data")
        library = os.path.join(target, "lib", version)
        shutil.copytree(sysconfig.get_path("stdlib"), library, ignore=skip)
        # It has the packages, and starts itself by the script below.
        start = os.path.join(library, "sitecustomize.py")
        if os.path.exists(start):
            os.remove(start)
        with open(start, "w") as file:
            file.write('import sys\nsys.path.insert(0, sys.prefix + "/site")\nsys.executable = sys.prefix + "/python"\n')

        # Every shared library that any of it needs, the C library and its loader too: the image may have others, or none.
        loader = None
        binaries = [program] + glob.glob(os.path.join(target, "**", "*.so*"), recursive=True)
        for line in subprocess.run(["ldd"] + binaries, capture_output=True, text=True).stdout.splitlines():
            match = re.match(r"\s*(?:(\S+) => )?(/\S+) \(0x", line)
            if not match or match[2].startswith(target):
                continue
            name = os.path.basename(match[1] or match[2])
            if re.match(r"ld-linux|ld64", name):
                loader = name
            if not os.path.exists(os.path.join(libs, name)):
                shutil.copy2(os.path.realpath(match[2]), os.path.join(libs, name))
        with open(os.path.join(target, "python"), "w") as file:
            file.write('#!/bin/sh\nhere=${0%%/*}\nexec "$here/libs/%s" --library-path "$here/libs" --argv0 "$here/bin/%s" '
                       '"$here/bin/%s" "$@"\n' % (loader, version, version))
        os.chmod(os.path.join(target, "python"), 0o755)
        # Mounted read-only, it cannot keep what it compiles.
        subprocess.run([sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", library])
        if not loader:
            sys.exit("the python3 of this machine names no loader of the GNU C library")

        """#
}
