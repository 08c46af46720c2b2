import Foundation
import OneShotCore

/// A request without what differs from run to run: what two requests must have in common to be the same call.
struct RequestForm: Sendable, Equatable {
    /// With the members of objects in the order of their keys.
    var body: JSON

    /// Members of the outermost object that name the run, the client or the person, not the question.
    fileprivate static let passing: Set<String> = [
        "prompt_cache_key", "client_metadata", "metadata", "safety_identifier", "user", "type",
    ]

    /// Generates nothing.
    var isWarmUp: Bool { body["generate"]?.bool == false }

    /// The elements of the conversation that the request carries.
    var history: [JSON] { (body["input"] ?? body["messages"] ?? body["contents"])?.elements ?? [] }
}

/// Makes ``RequestForm``s. Agents send their history again and again, so every text is looked at once.
struct RequestForms: Sendable {
    /// Members of any object: the ids of items are the client's own (`call_id` is what ties a result to its call), and
    /// Codex notes when it made a message.
    private static let passing: Set<String> = ["id", "internal_chat_message_metadata_passthrough"]

    private var known: [String: String] = [:]

    mutating func form(of text: String) -> RequestForm {
        guard let json = try? JSON(parsing: text) else { return RequestForm(body: .string(plain(text))) }
        guard case .object(let members) = json else { return RequestForm(body: canonical(json)) }
        let directory = text.firstMatch(of: /<cwd>([^<"\\]+)<\/cwd>/).map { String($0.1) }
        let kept = members.filter { !RequestForm.passing.contains($0.key) }
        return RequestForm(body: canonical(.object(kept), directory: directory))
    }

    private mutating func canonical(_ json: JSON, directory: String? = nil) -> JSON {
        switch json {
        case .string(let text):
            let text = directory.map { text.replacing($0, with: "<cwd>") } ?? text
            return .string(plain(text))
        case .array(let elements): return .array(elements.map { canonical($0, directory: directory) })
        case .object(let members):
            let kept = members.filter { !Self.passing.contains($0.key) && $0.value != .null }.sorted { $0.key < $1.key }
            return .object(
                kept.map { member in
                    let value = canonical(member.value, directory: directory)
                    return JSON.Member(member.key, member.key == "tools" ? Self.inOrder(value) : value)
                }
            )
        default: return json
        }
    }

    /// Tools are offered, not said: agents that gather them from several servers list them as they come.
    private static func inOrder(_ tools: JSON) -> JSON {
        guard case .array(let elements) = tools else { return tools }
        let texts = elements.map { ($0.compactText, $0) }
        return .array(texts.sorted { $0.0 < $1.0 }.map(\.1))
    }

    private mutating func plain(_ text: String) -> String {
        if let known = known[text] { return known }
        let plain = Self.withoutPassing(text)
        known[text] = plain
        return plain
    }

    /// A text without times, UUIDs and what shells say about the process that ran.
    private static func withoutPassing(_ text: String) -> String {
        guard text.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return text }
        return
            text
            .replacing(/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/, with: "<uuid>")
            .replacing(/\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/, with: "<time>")
            .replacing(/(?i)(chunk[ _]id"?: ?"?)[0-9a-f]+/) { "\($0.output.1)<id>" }
            .replacing(/(?i)(wall[ _]time(?:_seconds)?"?:? ?)[0-9.]+/) { "\($0.output.1)<seconds>" }
            .replacing(/(?i)(original[ _]token[ _]count"?: ?)\d+/) { "\($0.output.1)<count>" }
            .replacing(/cch=[0-9a-f]+/, with: "cch=<hash>")
    }
}
