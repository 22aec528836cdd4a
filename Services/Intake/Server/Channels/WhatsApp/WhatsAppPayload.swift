import Foundation
import ServiceKit

/// The messages in a webhook of the WhatsApp Cloud API (`entry[].changes[].value.messages[]`). Statuses and whatever
/// else comes are left alone; nothing in it is trusted to have any shape.
enum WhatsAppPayload {
    static func messages(in body: JSONValue) -> [InboundMessage] {
        var found: [InboundMessage] = []
        for entry in body["entry"]?.array ?? [] {
            for change in entry["changes"]?.array ?? [] {
                guard let value = change["value"], let messages = value["messages"]?.array else { continue }
                var names: [String: String] = [:]
                for contact in value["contacts"]?.array ?? [] {
                    guard let id = contact["wa_id"]?.string, let name = contact["profile"]?["name"]?.string else {
                        continue
                    }
                    names[id] = String(ChannelText.cleaned(name).prefix(100))
                }
                found += messages.compactMap { message(in: $0, names) }
            }
        }
        return found
    }

    /// `nil` for what names neither itself nor its sender: there is nobody to answer.
    private static func message(in value: JSONValue, _ names: [String: String]) -> InboundMessage? {
        guard let id = value["id"]?.string, (1...200).contains(id.unicodeScalars.count),
            !id.unicodeScalars.contains("\0"), let from = value["from"]?.string,
            let phone = ContactRules.phone(from.hasPrefix("+") ? from : "+" + from)
        else { return nil }
        let original = (try? JSONWriter.text(of: value)) ?? ""
        return InboundMessage(
            channel: .whatsapp, providerID: id, phone: phone, name: names[from].flatMap { $0.isEmpty ? nil : $0 },
            input: input(value), original: String(original.prefix(15_000)))
    }

    private static func input(_ value: JSONValue) -> ChannelInput {
        func text(_ value: JSONValue?) -> String? {
            value?.string.map(ChannelText.cleaned).flatMap { $0.isEmpty ? nil : $0 }
        }
        let type = value["type"]?.string ?? ""
        switch type {
        case "text": return text(value["text"]?["body"]).map { .text($0) } ?? .unknown
        case "button": return text(value["button"]?["text"]).map { .text($0) } ?? .unknown
        case "interactive":
            let reply = value["interactive"]?["button_reply"] ?? value["interactive"]?["list_reply"]
            return text(reply?["title"]).map { .text($0) } ?? .unknown
        case "location":
            guard let lat = value["location"]?["latitude"]?.number, let long = value["location"]?["longitude"]?.number,
                abs(lat) <= 90, abs(long) <= 180
            else { return .unknown }
            let label = text(value["location"]?["name"]) ?? text(value["location"]?["address"])
            return .location(lat: lat, long: long, label: label.map { String($0.prefix(200)) })
        case "image", "audio", "voice", "video", "document":
            guard value[type]?["id"]?.string != nil else { return .unknown }
            let kind: MediaKind = type == "audio" || type == "voice" ? .voice : MediaKind(rawValue: type) ?? .document
            return .media(kind, id: UUID(), caption: text(value[type]?["caption"]))
        default: return .unknown
        }
    }
}
