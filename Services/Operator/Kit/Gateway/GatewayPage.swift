import Crypto
import Foundation

/// The page that shows what was "sent", as bubbles on a phone.
enum GatewayPage {
    private static let style = """
        body{font:16px/1.5 sans-serif;margin:0;background:#e8ece9;color:#1b2b24}
        header{background:#115e46;color:#fff;padding:1rem}h1{margin:0;font-size:1.2rem}
        main{max-width:40rem;margin:0 auto;padding:1rem}
        article{background:#fff;border-radius:.6rem;padding:.7rem 1rem;margin:.7rem 0;overflow-wrap:anywhere}
        article p{margin:.3rem 0}.meta{color:#4a5a52;font-size:.85rem}b.channel{text-transform:uppercase;font-size:.75rem}
        """

    /// Allows exactly this style under the page's content security policy.
    static let styleHash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()

    static func html(_ messages: [GatewayMessage], to receiver: String?) -> String {
        let intro =
            messages.isEmpty
            ? "Belum ada pesan." : "\(messages.count) pesan terakhir\(receiver.map { " untuk \(escaped($0))" } ?? "")."
        return """
            <!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>Pesan keluar · DATA CONTOH</title>
            <meta name="viewport" content="width=device-width, initial-scale=1"><style>\(style)</style></head>
            <body><header><h1>Pesan keluar (SMS dan WhatsApp) · DATA CONTOH</h1></header>
            <main><p>Simulator ini menampilkan pesan dan tidak mengirim apa pun. \(intro)</p>
            <form method="post" action="/inbound"><p><label>Kirim sebagai warga: <select name="channel">
            <option value="whatsapp">WhatsApp</option><option value="sms">SMS</option></select></label>
            <label>Nomor <input name="from" value="\(escaped(receiver ?? "+6281234567890"))" required></label></p>
            <p><label>Pesan <input name="text" size="40" required></label> <button>Kirim</button></p></form>
            \(messages.map(article).joined(separator: "\n"))
            </main></body></html>
            """
    }

    /// The form's fields; `nil` where one is missing.
    static func order(_ body: Data) -> InboundMessages.Order? {
        var fields: [String: String] = [:]
        for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields[String(parts[0])] = String(parts[1]).replacing("+", with: " ").removingPercentEncoding
        }
        guard let channel = fields["channel"], let from = fields["from"], let text = fields["text"] else { return nil }
        return InboundMessages.Order(
            channel: channel, from: from, text: text, lat: nil, long: nil, id: nil, agency: fields["agency"])
    }

    private static func article(_ message: GatewayMessage) -> String {
        let code = message.trackingCode.map { " · \(escaped($0))" } ?? ""
        return """
            <article><p class="meta"><b class="channel">\(escaped(message.channel))</b> ke \(escaped(message.to))\(code)
            · \(escaped(message.receivedAt))</p><p>\(escaped(message.text).replacing("\n", with: "<br>"))</p></article>
            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
