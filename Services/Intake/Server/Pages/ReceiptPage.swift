import IntakeAPI
import ServiceKit
import SinergiCore

/// What the receipt shows: code and key, large, once.
enum ReceiptPage {
    static func model(_ receipt: ComplaintReceipt, texts: Pages, _ language: Language) -> [String: Any] {
        [
            "code": receipt.trackingCode, "access_key": receipt.accessKey, "agency_name": receipt.agency.name,
            "has_missing": !receipt.missing.isEmpty,
            "missing": receipt.missing.map { texts.text("missing_\($0)", language) },
        ]
    }
}
