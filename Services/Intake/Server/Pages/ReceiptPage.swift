import Identity
import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy

/// What the receipt shows: code and key, large, once, as characters and as words, with a QR code that leads to the place
/// where both are typed. The key never stands in it: addresses are kept by browsers and read by others.
enum ReceiptPage {
    static func model(
        _ receipt: ComplaintReceipt, link: String, texts: Pages, _ language: Language
    ) -> [String: Any] {
        var model: [String: Any] = [
            "code": receipt.trackingCode, "access_key": receipt.accessKey, "agency_name": receipt.agency.name,
            "agency_code": receipt.agency.code,
            "has_missing": !receipt.missing.isEmpty, "missing": receipt.suggestions.map(\.text), "link": link,
        ]
        if let code = try? TrackingCode(receipt.trackingCode) { model["code_words"] = code.words }
        if let words = AccessKeyWords.words(of: receipt.accessKey) { model["key_words"] = words }
        if let image = QRCode.svg(link, label: receipt.trackingCode) { model["qr"] = image }
        return model
    }
}

/// The access key as 24 words.
enum AccessKeyWords {
    static func words(of key: String) -> String? {
        guard let bytes = Base64URL.bytes(key), bytes.count == 32 else { return nil }
        return SpokenWords.words(of: bytes).joined(separator: " ")
    }

    /// The key of what somebody typed: its characters, or its words.
    static func key(of typed: String) -> String {
        SpokenWords.bytes(of: typed, bits: 256).map { Base64URL.text($0) } ?? typed.filter { !$0.isWhitespace }
    }
}
