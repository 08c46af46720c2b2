import Foundation
import OneShotCore
import OneShotSessions

/// Decodes a body whole, byte for byte, and cut in two at every point, and counts how often something else comes out.
func splits(_ path: String, of api: DecodedAnswer.API) throws -> JSON {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let whole = DecodedAnswer([bytes[...]], of: api)
    var different = DecodedAnswer(bytes.indices.map { bytes[$0...$0] }, of: api) == whole ? 0 : 1
    for point in bytes.indices.dropFirst() where DecodedAnswer([bytes[..<point], bytes[point...]], of: api) != whole {
        different += 1
    }
    return ["ways": JSON(bytes.count), "different": JSON(different)]
}

struct UnknownAPI: Error {
    let name: String
}

extension DecodedAnswer.API {
    /// As the corpora of the fuzz targets are called.
    init(corpus: String) throws {
        switch corpus {
        case "responses": self = .responses
        case "chat": self = .chatCompletions
        case "messages": self = .messages
        case "gemini": self = .generateContent
        default: throw UnknownAPI(name: corpus)
        }
    }
}
