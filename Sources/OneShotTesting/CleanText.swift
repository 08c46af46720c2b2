/// Text as sessions have it, in which nothing is secret: ids, commits, hashes, diffs, lock files, logs. Made up from a
/// seed.
public enum CleanText {
    /// - Parameter kilobytes: about how much.
    public static func session(seed: UInt64, kilobytes: Int) -> String {
        var random = SeededGenerator(seed: seed)
        var text = ""
        while text.utf8.count < kilobytes << 10 {
            text += pieces[Int(random.next() % UInt64(pieces.count))](&random) + "\n"
        }
        return text
    }

    /// The tokens that hold a session together: none may be touched.
    public static func identifiers(_ random: inout SeededGenerator) -> [String] {
        [
            "call_" + random.text(.alphanumeric, 24), "fc_" + random.text(.hex, 48),
            "toolu_01" + random.text(.alphanumeric, 22), "resp_" + random.text(.hex, 48),
            "msg_" + random.text(.alphanumeric, 24), "rs_" + random.text(.hex, 50),
            "chatcmpl-" + random.text(.alphanumeric, 29), random.text(.hex, 40), random.text(.hex, 64), uuid(&random),
            "sha256:" + random.text(.hex, 64), "sha512-" + random.text(.base64, 86) + "==",
            "index \(random.text(.hex, 10))..\(random.text(.hex, 10)) 100644",
        ]
    }

    private static func uuid(_ random: inout SeededGenerator) -> String {
        [8, 4, 4, 4, 12].map { random.text(.hex, $0) }.joined(separator: "-")
    }

    private typealias Piece = @Sendable (inout SeededGenerator) -> String

    private static let pieces: [Piece] = [
        { random in
            let id = "call_" + random.text(.alphanumeric, 24)
            return #"{"type":"function_call","id":"fc_"# + random.text(.hex, 48) + #"","call_id":""# + id
                + #"","name":"exec_command","arguments":"{\"cmd\":\"git show "# + random.text(.hex, 40)
                + #"\",\"max_tokens\":6000}","key":""# + uuid(&random) + #""}"#
        },
        { random in
            #"{"type":"tool_result","tool_use_id":"toolu_01"# + random.text(.alphanumeric, 22)
                + #"","content":"ok","token_id":""# + uuid(&random) + #"","auth_session":""# + random.text(.hex, 40)
                + #""}"#
        },
        { random in
            "commit \(random.text(.hex, 40))\nAuthor: A. Person <a@person.test>\n\n    Keys of the cache are hashes now\n"
        },
        { random in
            """
            diff --git a/Sources/Token.swift b/Sources/Token.swift
            index \(random.text(.hex, 10))..\(random.text(.hex, 10)) 100644
            --- a/Sources/Token.swift
            +++ b/Sources/Token.swift
            @@ -1,3 +1,3 @@ struct Token
             let token = authData.token
            -let key = cache[key]
            +let key = cache.value(forKey: keyName, default: defaultKey)
             let password = environment["DB_PASSWORD"]
            """
        },
        { random in
            "    \"node_modules/left-pad\": {\n      \"integrity\": \"sha512-" + random.text(.base64, 86)
                + "==\",\n      \"resolved\": \"https://registry.npmjs.org/left-pad/-/left-pad-1.3.0.tgz\"\n    },"
        },
        { random in
            "name = \"requests\"\nversion = \"2.32.3\"\nfiles = [\n    {file = \"requests-2.32.3-py3-none-any.whl\", hash = \"sha256:"
                + random.text(.hex, 64) + "\"},\n]"
        },
        { random in "\"revision\" : \"" + random.text(.hex, 40) + "\", \"version\" : \"1.8.2\"" },
        { random in
            "2026-11-22T13:45:01.250Z INFO request_id=req_" + random.text(.alphanumeric, 24) + " session="
                + uuid(&random) + " tokens=15231 cached_tokens=12800 status=200 key=cache/"
                + random.text(.hex, 64)
        },
        { _ in
            "The access token is read from the environment; set OPENAI_API_KEY=sk-... or pass --api-key $OPENAI_API_KEY.\n"
                + "Use `Authorization: Bearer <token>`; Basic authentication is deprecated since 2.1."
        },
        { _ in
            "func make(key: SymmetricKey, token: Token = .default) throws -> Credentials { credentials.token(for: key) }\n"
                + "let apiKey = ProcessInfo.processInfo.environment[\"API_KEY\"] ?? \"\"\n"
                + "password_hash = hashlib.sha256(password.encode()).hexdigest()"
        },
        { random in
            "downloading sha256:" + random.text(.hex, 64) + "\nhttp://127.0.0.1:18080/v1/responses 200 in 1.2s\n"
                + "https://user:password@example.com/"
        },
        { random in "encrypted_content: gAAAAAB" + random.text(.urlSafe, 400) },
        { random in "data:image/png;base64,iVBORw0KGgo" + random.text(.base64, 300) + "==" },
    ]
}
