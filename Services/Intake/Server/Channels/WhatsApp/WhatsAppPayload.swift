import Foundation
import ServiceKit
import SinergiCore

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
        let media = media(in: value)
        let original = (try? JSONWriter.text(of: value)) ?? ""
        return InboundMessage(
            channel: .whatsapp, providerID: id, phone: phone, name: names[from].flatMap { $0.isEmpty ? nil : $0 },
            input: input(value, media), original: String(original.prefix(15_000)), media: media)
    }

    /// The provider's id of the file, and what it is called here: its sender's name for it, where it has one.
    private static func media(in value: JSONValue) -> ChannelMedia? {
        let type = value["type"]?.string ?? ""
        guard ["image", "audio", "voice", "video", "document"].contains(type), let id = value[type]?["id"]?.string,
            (1...200).contains(id.unicodeScalars.count)
        else { return nil }
        let kind: MediaKind = type == "audio" || type == "voice" ? .voice : MediaKind(rawValue: type) ?? .document
        let name = value[type]?["filename"]?.string.map(ChannelText.cleaned).flatMap { $0.isEmpty ? nil : $0 }
        return ChannelMedia(
            id: UUID.v7(), kind: kind,
            source: .init(reference: id, name: String((name ?? names[kind] ?? "berkas").prefix(200))))
    }

    private static let names: [MediaKind: String] = [
        .image: "foto", .voice: "pesan suara", .video: "video", .document: "dokumen",
    ]

    private static func input(_ value: JSONValue, _ media: ChannelMedia?) -> ChannelInput {
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
            guard let media else { return .unknown }
            return .media(media.kind, id: media.id, caption: text(value[type]?["caption"]))
        default: return .unknown
        }
    }
}
