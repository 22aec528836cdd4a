import IntakeAPI
import ServiceKit
import SinergiCore

/// What a reporter agrees to before the external supervisor is told (UU 37/2008, UU 27/2022: consent is informed, recorded
/// and can be taken back). Another text is another version: the history keeps which one was shown.
enum ExternalConsentText {
    static let wording = "2026-11"

    static let text = Localized(
        id: """
            Batas waktu laporan Anda sudah lama lewat. Anda boleh meminta Ombudsman Republik Indonesia ikut mengawasi. \
            Bila Anda setuju, koordinator mengirim laporan ini ke Ombudsman lewat surat atau tautan. \
            Ombudsman membaca isi laporan dan riwayatnya, bukan nama atau nomor Anda. \
            Anda boleh menarik persetujuan kapan saja. Yang sudah dibaca tidak dapat ditarik.
            """,
        en: """
            Your report is long past its due date. You may ask Indonesia's Ombudsman to keep watch on it. \
            If you agree, the coordinator sends this report to the Ombudsman by letter or link. \
            The Ombudsman reads the report and what happened to it, not your name or number. \
            You may take your consent back at any time. What was read cannot be unread.
            """)
}

/// Answer of `GET …/consent`.
struct ConsentView: Encodable, Sendable {
    /// Whether the last limit has passed, so that it is asked for.
    let asked: Bool
    let given: Bool
    let wording: String
    let text: String
}

/// Body of `POST …/consent`.
struct ConsentBody: RequestBodyFields {
    let given: Bool

    init(fields: inout FieldReader) {
        if !fields.contains("given") { fields.fail("given", "required") }
        given = fields.bool("given") ?? false
        let wording = fields.string("wording", max: 30)
        // Nobody agrees to a text that was not shown.
        if given, wording != ExternalConsentText.wording {
            fields.fail("wording", wording == nil ? "required" : "bad_format")
        }
    }
}
