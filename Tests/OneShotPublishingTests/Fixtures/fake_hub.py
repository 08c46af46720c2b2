"""A Hugging Face Hub for tests: dataset repositories in memory, and every rule of the upload protocol checked.

usage: fake_hub.py TOKEN [--busy N] [--existing OWNER/NAME] [--no-create]

Prints "PORT n"; GET /_quit ends it. Whatever breaks a rule is answered with 400 and kept; GET /_state returns it with the repositories.
The official client works against it too: HF_ENDPOINT=http://127.0.0.1:n HF_HUB_DISABLE_XET=1 hf upload …
"""

import argparse, base64, hashlib, http.server, json, re, sys, threading, time, urllib.parse

parser = argparse.ArgumentParser()
parser.add_argument("token")
parser.add_argument("--busy", type=int, default=0, help="answer 503 to the first N requests for the API")
parser.add_argument("--existing", help="a repository that is there already")
parser.add_argument("--no-create", action="store_true", help="the token may not create repositories")
options = parser.parse_args()

lock = threading.RLock()
repositories = {}   # id -> {"private": bool, "files": {path: {"size", "sha256", "mode"}}, "commits": [...]}
objects = {}        # sha256 -> bytes, uploaded
contents = {}       # (id, path) -> bytes
granted = set()     # sha256 that a batch has announced
violations = []
steps = []
if options.existing:
    repositories[options.existing] = {"private": False, "files": {}, "commits": []}


class Rule(Exception):
    pass


def require(condition, rule):
    if not condition:
        raise Rule(rule)


def only_keys(value, required, optional=()):
    require(isinstance(value, dict), "an object is wanted, not %r" % (value,))
    missing, extra = set(required) - set(value), set(value) - set(required) - set(optional)
    require(not missing, "missing keys: %s" % sorted(missing))
    require(not extra, "unknown keys: %s" % sorted(extra))


def safe_path(path):
    return isinstance(path, str) and path and not path.startswith("/") and ".." not in path.split("/") and "//" not in path


def git_blob(data):
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Hub(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, value=None, headers=()):
        body = b"" if value is None else json.dumps(value).encode()
        self.reply(status, body, [("Content-Type", "application/json"), *headers])

    def reply(self, status, body, headers=()):
        self.send_response(status)
        for name, content in headers:
            self.send_header(name, content)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_any(self):
        length = self.headers.get("Content-Length")
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            body = b"".join(chunks)
        else:
            body = self.rfile.read(int(length or 0))
        url = urllib.parse.urlsplit(self.path)
        path = urllib.parse.unquote(url.path)
        with lock:
            try:
                if path == "/_state":
                    return self.answer(200, {"repositories": repositories, "violations": violations, "steps": steps})
                if path == "/_quit":
                    self.close_connection = True
                    self.answer(200, {})
                    return threading.Thread(target=server.shutdown).start()
                if path.startswith("/storage/"):
                    return self.store(path, body, length)
                require(options.token not in self.path, "the token stands in the address")
                if self.headers.get("Authorization") != "Bearer " + options.token:
                    return self.answer(401, {"error": "Invalid credentials in Authorization header"})
                if options.busy > 0:
                    options.busy -= 1
                    return self.answer(503, {"error": "busy"}, [("Retry-After", "0")])
                self.route(self.command, path, urllib.parse.parse_qs(url.query), body)
            except Rule as rule:
                violations.append("%s %s: %s" % (self.command, path, rule))
                self.answer(400, {"error": str(rule)}, [("X-Error-Message", str(rule))])
            except (ValueError, KeyError, TypeError) as error:
                violations.append("%s %s: %r" % (self.command, path, error))
                self.answer(400, {"error": repr(error)})

    do_GET = do_POST = do_PUT = do_HEAD = handle_any

    def document(self, body, kind):
        require(self.headers.get("Content-Type", "").split(";")[0] == kind, "Content-Type has to be %s" % kind)
        return json.loads(body)

    def route(self, method, path, query, body):
        name = r"(?P<id>[\w.-]+/[\w.-]+)"
        routes = [
            ("GET", r"/api/whoami-v2", self.who),
            ("GET", r"/api/agent-harnesses", lambda m, q, b: self.answer(200, [])),
            ("POST", r"/api/validate-yaml", lambda m, q, b: self.answer(200, {"errors": [], "warnings": []})),
            ("POST", r"/api/repos/create", self.create),
            ("GET", r"/api/datasets/%s(/revision/main)?" % name, self.info),
            ("POST", r"/api/datasets/%s/preupload/main" % name, self.preupload),
            ("POST", r"/datasets/%s\.git/info/lfs/objects/batch" % name, self.batch),
            ("POST", r"/datasets/%s\.git/info/lfs/objects/verify" % name, self.verify),
            ("POST", r"/api/datasets/%s/commit/main" % name, self.commit),
            ("HEAD|GET", r"/datasets/%s/resolve/[^/]+/(?P<file>.+)" % name, self.resolve),
        ]
        for methods, pattern, action in routes:
            match = re.fullmatch(pattern, path)
            if match and method in methods.split("|"):
                steps.append("%s %s" % (method, path))
                return action(match, query, body)
        self.answer(404, {"error": "no such page: %s %s" % (method, path)})

    def repository(self, match):
        found = repositories.get(match["id"])
        if found is None:
            self.answer(404, {"error": "Repository not found"}, [("X-Error-Code", "RepoNotFound")])
        return found

    def who(self, match, query, body):
        self.answer(200, {"type": "user", "name": "me", "auth": {"accessToken": {"role": "write"}}, "orgs": []})

    def create(self, match, query, body):
        value = self.document(body, "application/json")
        only_keys(value, ["name", "type"], ["organization", "visibility", "private", "sdk"])
        require(value["type"] == "dataset", "type has to be dataset")
        require(re.fullmatch(r"[\w.-]{1,96}", value["name"]), "a bad name")
        require(value.get("visibility") in (None, "public", "private"), "a bad visibility")
        if options.no_create:
            return self.answer(403, {"error": "You don't have the rights to create a dataset under this namespace"})
        identity = "%s/%s" % (value.get("organization") or "me", value["name"])
        address = "http://%s/datasets/%s" % (self.headers["Host"], identity)
        if identity in repositories:
            return self.answer(409, {"error": "You already created this dataset repo", "url": address})
        repositories[identity] = {"private": value.get("visibility") == "private", "files": {}, "commits": []}
        self.answer(200, {"url": address, "name": identity, "id": identity})

    def info(self, match, query, body):
        found = self.repository(match)
        if found is not None:
            sha = found["commits"][-1]["oid"] if found["commits"] else "0" * 40
            files = [{"rfilename": path} for path in found["files"]]
            self.answer(200, {"id": match["id"], "sha": sha, "private": found["private"], "siblings": files})

    def preupload(self, match, query, body):
        found = self.repository(match)
        if found is None:
            return
        value = self.document(body, "application/json")
        only_keys(value, ["files"], ["gitIgnore", "gitAttributes"])
        require(1 <= len(value["files"]) <= 256, "1 to 256 files at once")
        decided = []
        for file in value["files"]:
            only_keys(file, ["path", "sample", "size"])
            require(safe_path(file["path"]), "a bad path: %r" % file["path"])
            sample = base64.b64decode(file["sample"], validate=True)
            require(len(sample) == min(512, file["size"]), "a sample is the file's first 512 bytes")
            large = file["size"] > 10_000_000 or b"\0" in sample or file["path"].endswith((".bundle", ".bin", ".zip"))
            there = found["files"].get(file["path"])
            oid = there and (there["sha256"] if there["mode"] == "lfs" else there["blob"])
            decided.append({
                "path": file["path"], "uploadMode": "lfs" if large else "regular", "shouldIgnore": False,
                **({"oid": oid} if oid else {}),
            })
        self.answer(200, {"files": decided})

    def batch(self, match, query, body):
        if self.repository(match) is None:
            return
        kind = "application/vnd.git-lfs+json"
        require(self.headers.get("Accept") == kind, "Accept has to be %s" % kind)
        value = self.document(body, kind)
        only_keys(value, ["operation", "objects"], ["transfers", "hash_algo", "ref"])
        require(value["operation"] == "upload", "the operation is upload")
        require("basic" in value.get("transfers", ["basic"]), "this server has basic transfers only")
        require(value.get("hash_algo", "sha256") == "sha256", "the hash is sha256")
        answers = []
        for wanted in value["objects"]:
            only_keys(wanted, ["oid", "size"])
            require(re.fullmatch(r"[0-9a-f]{64}", wanted["oid"]), "an oid is a SHA-256")
            require(isinstance(wanted["size"], int) and wanted["size"] > 0, "an object has a size")
            answer = {"oid": wanted["oid"], "size": wanted["size"]}
            if wanted["oid"] not in objects:
                granted.add(wanted["oid"])
                base = "http://%s" % self.headers["Host"]
                answer["actions"] = {
                    "upload": {"href": "%s/storage/%s?sig=1" % (base, wanted["oid"]), "header": {"X-Storage": "yes"}},
                    "verify": {"href": "%s/datasets/%s.git/info/lfs/objects/verify" % (base, match["id"])},
                }
            answers.append(answer)
        self.answer(200, {"transfer": "basic", "objects": answers})

    def store(self, path, body, length):
        steps.append("%s %s" % (self.command, "/storage"))
        oid = path.split("/")[2]
        require(self.command == "PUT", "storage takes PUT")
        require(self.headers.get("Authorization") is None, "storage must not be sent the token")
        require(length is not None, "storage wants a Content-Length")
        require(oid in granted, "an object that no batch has announced")
        require(hashlib.sha256(body).hexdigest() == oid, "these bytes are not the object")
        objects[oid] = body
        self.reply(200, b"")

    def verify(self, match, query, body):
        value = json.loads(body)
        only_keys(value, ["oid", "size"])
        require(value["oid"] in objects and len(objects[value["oid"]]) == value["size"], "the object is not there")
        self.answer(200, {})

    def commit(self, match, query, body):
        found = self.repository(match)
        if found is None:
            return
        require(self.headers.get("Content-Type") == "application/x-ndjson", "Content-Type has to be application/x-ndjson")
        lines = [json.loads(line) for line in body.decode().split("\n") if line]
        for line in lines:
            only_keys(line, ["key", "value"])
        require([line["key"] for line in lines].count("header") == 1 and lines[0]["key"] == "header", "one header, first")
        only_keys(lines[0]["value"], ["summary"], ["description", "parentCommit"])
        require(lines[0]["value"]["summary"].strip(), "a commit has a summary")
        files, bytes_of = {}, {}
        for line in lines[1:]:
            value, path = line["value"], line["value"]["path"]
            require(safe_path(path), "a bad path: %r" % path)
            require(path not in files, "the same path twice: %s" % path)
            if line["key"] == "file":
                only_keys(value, ["path", "encoding", "content"])
                require(value["encoding"] == "base64", "the encoding is base64")
                data = base64.b64decode(value["content"], validate=True)
                require(len(data) <= 10_000_000, "a regular file of more than 10 MB")
                mode = "regular"
            elif line["key"] == "lfsFile":
                only_keys(value, ["path", "algo", "oid"], ["size"])
                require(value["algo"] == "sha256", "the algorithm is sha256")
                require(value["oid"] in objects, "an object that was not uploaded: %s" % path)
                data = objects[value["oid"]]
                require(value.get("size", len(data)) == len(data), "a wrong size")
                mode = "lfs"
            else:
                raise Rule("an unknown operation: %s" % line["key"])
            bytes_of[path] = data
            files[path] = {
                "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "mode": mode, "blob": git_blob(data),
            }
        require(files, "a commit without files")
        oid = hashlib.sha1(body).hexdigest()
        found["files"].update(files)
        found["commits"].append({"oid": oid, "summary": lines[0]["value"]["summary"]})
        contents.update({(match["id"], path): data for path, data in bytes_of.items()})
        self.answer(200, {
            "success": True, "commitOid": oid,
            "commitUrl": "http://%s/datasets/%s/commit/%s" % (self.headers["Host"], match["id"], oid),
        })

    def resolve(self, match, query, body):
        data = contents.get((match["id"], match["file"]))
        if data is None:
            return self.answer(404, {"error": "Entry not found"}, [("X-Error-Code", "EntryNotFound")])
        commit = repositories[match["id"]]["commits"][-1]["oid"]
        self.reply(200, data, [("ETag", '"%s"' % hashlib.sha256(data).hexdigest()), ("X-Repo-Commit", commit)])


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
server.daemon_threads = True
print("PORT %d" % server.server_address[1], flush=True)
server.serve_forever()
time.sleep(0.2)
