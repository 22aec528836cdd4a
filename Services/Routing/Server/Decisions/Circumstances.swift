import Foundation
import ServiceKit

/// How and when a complaint came, where exactly, and what was answered to its category's questions.
struct Circumstances: Sendable {
    var channel: String?
    /// Degrees, WGS 84.
    var latitude: Double?
    var longitude: Double?
    var receivedAt: Date?
    /// By the code of a question; several where several could be chosen.
    var answers: [String: [String]] = [:]

    init(channel: String? = nil, latitude: Double? = nil, longitude: Double? = nil, receivedAt: Date? = nil) {
        self.channel = channel
        self.latitude = latitude
        self.longitude = longitude
        self.receivedAt = receivedAt
    }

    /// Of `complaint.received`.
    init(event data: JSONValue) {
        self.init(
            channel: data["channel"]?.string, latitude: data["lat"]?.number, longitude: data["long"]?.number,
            receivedAt: data["received_at"]?.string.flatMap(Timestamp.date))
        setAnswers(data["attributes"])
    }

    /// Takes the object of answers as the case keeps it.
    mutating func setAnswers(_ attributes: JSONValue?) {
        for member in attributes?.object?.members ?? [] {
            let given = (member.value.array ?? [member.value]).compactMap(Self.answer)
            if !given.isEmpty { answers[member.name] = given }
        }
    }

    /// An answer as a rule names it.
    static func answer(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .bool(let truth): String(truth)
        case .integer(let number): String(number)
        case .number(let number): String(number)
        default: nil
        }
    }

    /// ISO weekday and minute of the day in a zone; `nil` where the time or the zone is unknown.
    func localTime(in zone: String?) -> (weekday: Int, minute: Int)? {
        guard let receivedAt, let zone = zone.flatMap(TimeZone.init(identifier:)) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.weekday, .hour, .minute], from: receivedAt)
        guard let weekday = parts.weekday, let hour = parts.hour, let minute = parts.minute else { return nil }
        // Sunday is 1 there.
        return ((weekday + 5) % 7 + 1, hour * 60 + minute)
    }
}
