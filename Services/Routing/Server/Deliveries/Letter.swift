import ServiceKit
import Foundation
import RoutingAPI

/// A letter to an office without login, to be printed: what it is about, the link as a QR code, and the PIN.
///
/// It holds no word of the complaint: paper lies about. Everything is behind the PIN.
struct Letter: Sendable {
    let delivery: DeliveryView
    let link: String
    let pin: String
    let agency: String

    var html: String {
        let office = Self.escaped(delivery.office?.name ?? "")
        let sender = Self.escaped(delivery.monitor?.name ?? agency)
        let until = delivery.expiresAt.map { Self.escaped($0.formatted(.iso8601.year().month().day())) } ?? ""
        return """
            <!DOCTYPE html>
            <html lang="id"><head><meta charset="utf-8"><title>Surat Sinergi</title>
            <style>@page{margin:2.5cm}body{font:12pt/1.5 serif;max-width:17cm;margin:auto}.pin{font:bold 20pt monospace}</style>
            </head><body>
            <p>Kepada Yth.<br><strong>\(office)</strong></p>
            <h1>Pengaduan warga untuk kantor Bapak/Ibu</h1>
            <p>\(sender) meneruskan satu pengaduan warga melalui Sinergi. Mohon dibuka dan dijawab.</p>
            <p>Pindai kode ini, atau ketik alamatnya. Masukkan PIN saat pertama kali membuka.</p>
            \(QRCode.svg(link) ?? "")
            <p><code>\(Self.escaped(link))</code></p>
            <p>PIN: <span class="pin">\(Self.escaped(pin))</span></p>
            <p>Tautan berlaku sampai \(until). Di sana Bapak/Ibu dapat menerima, menyebut milik siapa, atau melaporkan selesai.</p>
            <p>\(sender)</p>
            </body></html>
            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
