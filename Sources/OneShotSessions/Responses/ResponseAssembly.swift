import OneShotCore

/// An answer of the Responses API put together from its events, in the order in which they come.
///
/// `response.output_item.done` is the truth about an item; the deltas stand in for it only until it comes. State, usage
/// and error come from the terminal event, whose own `output` may well be empty. Unknown events are kept as they are.
struct ResponseAssembly: AnswerDecoder {
    private var items: [Int: ResponseItem] = [:]
    private var responseID: String?
    private var model: String?
    private var state = Turn.State.truncated
    private var usage: UsageReading?
    private var stopReason: String?
    private var error: String?
    private var unknown: [JSON] = []
    /// The text that deltas are adding to, and what they have added since it became that.
    private var place: ResponseItem.Place?
    private var added: [UInt8] = []

    mutating func addDelta(_ event: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let fields = DeltaFields(event), let text = ResponseItem.Text(fields) else { return false }
        let place = ResponseItem.Place(item: fields.outputIndex, part: fields.partIndex, text: text)
        if place != self.place {
            flush()
            self.place = place
        }
        return fields.appendDelta(to: &added)
    }

    private mutating func flush() {
        if let place, !added.isEmpty { items[place.item, default: ResponseItem()].append(added, to: place) }
        added.removeAll(keepingCapacity: true)
        place = nil
    }

    mutating func add(_ event: JSON) {
        flush()
        let index = event["output_index"]?.int ?? 0
        let type = event["type"]?.string ?? ""
        switch type {
        case "response.created", "response.in_progress", "response.queued":
            responseID = event["response"]?["id"]?.string ?? responseID
            model = event["response"]?["model"]?.string ?? model
        case "response.output_item.added":
            if items[index]?.isDone != true { items[index, default: ResponseItem()].json = event["item"] }
        case "response.output_item.done":
            guard let item = event["item"] else { return }
            items[index, default: ResponseItem()].json = item
            items[index]?.isDone = true
        case "response.completed", "response.failed", "response.incomplete", "response.cancelled", "response.done":
            end(type, event["response"])
        case "error":
            state = .failed
            error = Self.message(of: event["error"] ?? event) ?? error
        default:
            guard !items[index, default: ResponseItem()].add(event, type) else { return }
            if items[index] == ResponseItem() { items[index] = nil }
            if !Self.isProgress(type) { unknown.append(event) }
        }
    }

    private mutating func end(_ type: String, _ response: JSON?) {
        let before = state
        state = .truncated
        if let response { take(whole: response) }
        guard state == .truncated else { return }
        state =
            switch type {
            case "response.failed", "response.cancelled": .failed
            case "response.incomplete": .incomplete
            default: before == .failed ? .failed : .complete
            }
    }

    /// Events that say only how far something is.
    private static func isProgress(_ type: String) -> Bool {
        [
            ".in_progress", ".searching", ".interpreting", ".generating", ".completed", ".failed", "_part.added",
            "_part.done", "annotation.added",
        ].contains { type.hasSuffix($0) } || type == "keepalive"
    }

    /// Takes over a whole response object, or the error body that came in its place.
    mutating func take(whole response: JSON) {
        responseID = response["id"]?.string ?? responseID
        model = response["model"]?.string ?? model
        usage = response["usage"].flatMap(UsageReading.init(responses:)) ?? usage
        let output = response["output"]?.elements ?? []
        // The stream's own items are as good, and they may carry more.
        if !items.values.contains(where: \.isDone), !output.isEmpty {
            items = Dictionary(
                uniqueKeysWithValues: output.enumerated().map { ($0, ResponseItem(json: $1, isDone: true)) }
            )
        }
        if let message = response["error"].flatMap(Self.message) { error = message }
        stopReason = response["incomplete_details"]?["reason"]?.string ?? stopReason
        let status = response["status"]?.string
        switch status {
        case "completed": state = .complete
        case "incomplete":
            state = .incomplete
            error = error ?? response["incomplete_details"]?["reason"]?.string
        case "failed", "cancelled": state = .failed
        case "in_progress", "queued": return
        default:
            if response["error"] != nil, response["error"] != .null { state = .failed }
            if response["detail"] != nil, response["output"] == nil {
                state = .failed
                error = error ?? response["detail"]?.string ?? response["detail"]?.compactText
            }
            return
        }
        stopReason = stopReason ?? status
    }

    var answer: ModelCall.Answer {
        guard place == nil else {
            var flushed = self
            flushed.flush()
            return flushed.answer
        }
        var answer = ModelCall.Answer(
            responseID: responseID,
            model: model,
            state: state,
            stopReason: stopReason,
            usageReading: usage,
            error: error,
            unknownEvents: unknown
        )
        for (_, item) in items.sorted(by: { $0.key < $1.key }) {
            let json = item.whole
            switch json["type"]?.string {
            case "message":
                let text = ResponsesDecoder.text(of: json["content"])
                guard !text.isEmpty else { continue }
                answer.messages.append(text)
                answer.items.append(InputItem(kind: "message", role: "assistant", text: text))
            case "reasoning":
                let parts = (json["summary"]?.elements ?? []) + (json["content"]?.elements ?? [])
                answer.reasoning += parts.compactMap { $0["text"]?.string }.filter { !$0.isEmpty }
            default:
                if let call = ResponsesDecoder.toolCall(json) { answer.toolCalls.append(call) }
                if let item = ResponsesDecoder.item(json) { answer.items.append(item) }
            }
        }
        return answer
    }

    private static func message(of error: JSON) -> String? {
        error["message"]?.string ?? error.string ?? error["code"]?.string
    }
}
