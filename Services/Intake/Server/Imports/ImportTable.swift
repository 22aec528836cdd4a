import Foundation
import IntakeAPI
import ServiceKit
import SinergiCore

/// A list of complaints from another system as CSV: a header, then one complaint a row.
struct ImportTable {
    /// A row, as a body of `POST /v1/complaints`, or what is wrong with its form.
    struct Row {
        /// As spreadsheets count: the header is 1, empty lines are not counted.
        let number: Int
        let externalID: String?
        let body: JSONValue
        var errors: [FieldError] = []
    }

    static let maximumRows = 1000
    let rows: [Row]

    /// Column names; those of the reporter and the accused are members of their own objects.
    private static let columns: Set<String> = [
        "external_id", "description", "title", "kind", "category", "event_date", "lat", "long", "area_code", "address",
        "anonymous", "confidential", "language", "addressed_office", "originally_received_on", "on_behalf_of",
        "reporter_name", "reporter_email", "reporter_phone", "reporter_preferred_channel", "accused_office",
        "accused_person_text",
    ]

    /// - Throws: 400 for what is no UTF-8, 413 for too many rows, 422 for a header with unknown, missing or doubled columns.
    init(_ bytes: [UInt8], source: String) throws(Problem) {
        guard let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains("\0") else {
            throw Problem.malformedRequest.explained(
                id: "Berkas bukan UTF-8. Simpan sebagai CSV UTF-8.", en: "The file is no UTF-8. Save it as CSV UTF-8.")
        }
        var records = CSV.records(of: bytes, separator: CSV.separator(of: bytes))
        guard !records.isEmpty else { throw .invalid("#/header", "required") }
        let header = records.removeFirst().map { $0.trimmed.lowercased() }
        guard records.count <= Self.maximumRows else {
            throw Problem.tooLarge(limit: Self.maximumRows).explained(
                id: "Paling banyak \(Self.maximumRows) baris sekali kirim. Bagi berkasnya.",
                en: "At most \(Self.maximumRows) rows at once. Split the file.")
        }
        var errors: [FieldError] = []
        for name in Set(header).subtracting(Self.columns).sorted() {
            errors.append(FieldError(pointer: FieldError.pointer(["header", name]), code: "unknown_field"))
        }
        for name in ["external_id", "description"] where !header.contains(name) {
            errors.append(FieldError(pointer: FieldError.pointer(["header", name]), code: "required"))
        }
        if Set(header).count != header.count { errors.append(FieldError(pointer: "#/header", code: "bad_format")) }
        guard errors.isEmpty else { throw Problem.validation(Array(errors.prefix(50))) }
        var seen: Set<String> = []
        rows = records.enumerated().map { place, record in
            var row = Self.row(place + 2, record, header, source)
            if let number = row.externalID, !seen.insert(number).inserted {
                row.errors.append(
                    FieldError(
                        "external_id", code: "bad_format", id: "Nomor ini sudah ada di baris lain.",
                        en: "Another row has this number."))
            }
            return row
        }
    }

    private static func row(_ number: Int, _ record: [String], _ header: [String], _ source: String) -> Row {
        guard record.count == header.count else {
            return Row(
                number: number, externalID: nil, body: .null,
                errors: [
                    FieldError(
                        pointer: "#", code: "bad_format",
                        detail: Localized(
                            id: "Baris ini punya \(record.count) kolom, judulnya \(header.count).",
                            en: "This row has \(record.count) columns, the header \(header.count)."))
                ])
        }
        var body: JSONObject = ["source": .string(source)]
        var nested: [String: JSONObject] = [:]
        for (name, value) in zip(header, record) where !value.trimmed.isEmpty {
            let group = ["reporter_", "accused_"].first { name.hasPrefix($0) }
            if let group {
                nested[String(group.dropLast()), default: JSONObject()][String(name.dropFirst(group.count))] = .string(
                    value.trimmed)
            } else {
                body[name] = .string(value.trimmed)
            }
        }
        for (name, members) in nested.sorted(by: { $0.key < $1.key }) { body[name] = .object(members) }
        let externalID = body["external_id"]?.string
        var row = Row(number: number, externalID: externalID, body: .object(body))
        if externalID == nil { row.errors.append(FieldError(pointer: "#/external_id", code: "required")) }
        return row
    }
}
