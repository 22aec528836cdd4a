import Foundation
import SinergiCore

/// One mail to one recipient, and its text on the wire (RFC 5322).
struct MailMessage: Sendable, Hashable {
    /// What the sender calls itself beside its address.
    var fromName: String
    var from: MailAddress
    var to: MailAddress
    var subject: String
    var body: String
    /// Left part of `Message-ID`; the same for every attempt.
    var reference: String
    var trackingCode: String
    var event: String
    var language: Language
    /// When the message came to be, not when it is sent: a repeat is the same mail, byte by byte.
    var date: Date

    /// `<reference@domain>`.
    var messageID: String { "<\(Self.token(reference))@\(from.domain)>" }

    /// Headers, an empty line and the text; lines end in CRLF.
    var wire: [UInt8] {
        let headers = [
            "From: \(HeaderText.encoded(Self.phrase(fromName))) <\(from.text)>",
            "To: <\(to.text)>",
            "Subject: \(HeaderText.encoded(subject))",
            "Date: \(Self.rfc5322(date))",
            "Message-ID: \(messageID)",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: quoted-printable",
            "Content-Language: \(language.rawValue)",
            "Auto-Submitted: auto-generated",
            "X-Sinergi-Tracking-Code: \(Self.token(trackingCode))",
            "X-Sinergi-Event: \(Self.token(event))",
        ]
        return Array((headers.joined(separator: "\r\n") + "\r\n\r\n" + QuotedPrintable.encoded(body)).utf8)
    }

    /// Letters, digits and a few marks: what ids and codes are made of. Everything else is dropped.
    private static func token(_ text: String) -> String {
        text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    /// A display name without the characters that have a meaning in an address (RFC 5322 §3.2.3).
    private static func phrase(_ text: String) -> String {
        text.filter { !"()<>[]:;@\\,.\"".contains($0) }
    }

    /// `Tue, 24 Nov 2026 03:15:00 +0000`.
    static func rfc5322(_ date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let day = Day(number: seconds / 86_400)
        let rest = seconds % 86_400
        let time = [rest / 3600, rest / 60 % 60, rest % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(weekdays[day.weekday - 1]), \(day.day) \(months[day.month - 1]) \(day.year) \(time) +0000"
    }

    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
