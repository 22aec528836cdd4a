import Foundation
import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy

/// The rules for one submission that need no database: formats, and codes of the directory.
struct SubmissionRules {
    let directory: Directory
    /// Time zone of the receiving agency: what "today" means.
    let zone: Zone
    let now: Date

    /// - Returns: The submission with defaults filled in, and everything that is wrong with it.
    func check(_ reader: SubmissionReader) -> (submission: CheckedSubmission, errors: [FieldError]) {
        let given = reader.submission
        var errors = reader.errors
        checkPlace(given, &errors)
        checkCodes(given, &errors)
        checkDate(given.eventDate, "event_date", &errors)
        checkDate(given.originallyReceivedOn, "originally_received_on", &errors)
        let contact = checkContact(given.reporter ?? SubmissionContact(), &errors)
        let answers = AttributeRules(questions: directory.questions(of: given.category), isForm: reader.isForm)
            .check(reader.attributes)
        errors += answers.errors
        let kind = given.kind.flatMap(Kind.init(rawValue:)) ?? .complaint
        let checked = CheckedSubmission(
            kind: kind.rawValue, title: given.title ?? ComplaintTitle.made(from: given.description),
            description: given.description, category: given.category, eventDate: given.eventDate, lat: given.lat,
            long: given.long, areaCode: given.areaCode, address: given.address, contact: contact,
            anonymous: given.anonymous ?? false, confidential: given.confidential ?? kind.isConfidentialByDefault,
            language: given.language ?? "id", source: given.source, externalID: given.externalID,
            addressedOffice: given.addressedOffice,
            accused: given.accused.flatMap { $0.office == nil && $0.personText == nil ? nil : $0 },
            attributes: answers.values.isEmpty ? nil : answers.values,
            originallyReceivedOn: given.originallyReceivedOn, onBehalfOf: given.onBehalfOf,
            openQuestions: answers.open)
        return (checked, errors)
    }

    private func checkPlace(_ given: ComplaintSubmission, _ errors: inout [FieldError]) {
        switch (given.lat, given.long) {
        case (let lat?, let long?):
            guard !Indonesia.contains(latitude: lat, longitude: long) else { return }
            let swapped = Indonesia.contains(latitude: long, longitude: lat)
            errors.append(FieldError(pointer: "#/lat", code: swapped ? "coordinates_swapped" : "outside_indonesia"))
        case (nil, .some):
            guard !errors.name("#/lat") else { return }
            errors.append(
                FieldError("lat", code: "required", id: "Isi juga lintang (lat).", en: "Give the latitude too."))
        case (.some, nil):
            guard !errors.name("#/long") else { return }
            errors.append(
                FieldError("long", code: "required", id: "Isi juga bujur (long).", en: "Give the longitude too."))
        case (nil, nil):
            guard given.areaCode == nil, given.address == nil,
                !errors.name("#/lat", "#/long", "#/area_code", "#/address")
            else { return }
            errors.append(
                FieldError(
                    "address", code: "required", id: "Sebutkan tempatnya: alamat, wilayah, atau titik koordinat.",
                    en: "Say where it is: an address, an area, or coordinates."))
        }
    }

    private func checkCodes(_ given: ComplaintSubmission, _ errors: inout [FieldError]) {
        if let language = given.language, language != "id", language != "en" {
            errors.append(FieldError("language", code: "bad_format", id: "Pilih id atau en.", en: "Choose id or en."))
        }
        if let category = given.category, directory.categories[category]?.active != true {
            errors.append(
                FieldError(
                    "category", code: "unknown_category",
                    id: "Kategori tidak dikenal. Daftarnya di v1/categories; boleh kosong.",
                    en: "Unknown category. The list is at v1/categories; it may be left out."))
        }
        if let office = given.accused?.office, directory.office(code: office)?.active != true {
            errors.append(
                FieldError(
                    "accused", "office", code: "unknown_office",
                    id: "Instansi tidak dikenal. Daftarnya di v1/agencies; boleh kosong.",
                    en: "Unknown office. The list is at v1/agencies; it may be left out."))
        }
        if let office = given.addressedOffice, directory.office(code: office)?.active != true {
            errors.append(
                FieldError(
                    "addressed_office", code: "unknown_office",
                    id: "Instansi tidak dikenal. Daftarnya di v1/agencies; boleh kosong.",
                    en: "Unknown office. The list is at v1/agencies; it may be left out."))
        }
    }

    private func checkDate(_ text: String?, _ field: String, _ errors: inout [FieldError]) {
        guard let day = text.flatMap(Day.init) else { return }
        if day > zone.day(of: now) {
            errors.append(
                FieldError(
                    field, code: "bad_format", id: "Tanggal ini belum tiba. Periksa tanggalnya.",
                    en: "This date lies in the future. Check it."))
        } else if day.year < 1900 {
            errors.append(
                FieldError(
                    field, code: "bad_format", id: "Tanggal ini terlalu lama. Periksa tahunnya.",
                    en: "This date is too long ago. Check the year."))
        }
    }

    private func checkContact(_ given: SubmissionContact, _ errors: inout [FieldError]) -> SubmissionContact {
        var contact = given
        if (given.lat == nil) != (given.long == nil) || !(-90...90).contains(given.lat ?? 0)
            || !(-180...180).contains(given.long ?? 0)
        {
            errors.append(
                FieldError(
                    "reporter", "lat", code: "bad_format", id: "Isi lintang dan bujur Anda, atau kosongkan keduanya.",
                    en: "Give your latitude and longitude, or neither."))
        }
        if let email = given.email, !ContactRules.isEmail(email) {
            errors.append(
                FieldError(
                    "reporter", "email", code: "bad_format", id: "Tulis surel seperti nama@contoh.id, atau kosongkan.",
                    en: "Write an address like name@example.org, or leave it out."))
        }
        if let phone = given.phone {
            contact.phone = ContactRules.phone(phone)
            if contact.phone == nil {
                errors.append(
                    FieldError(
                        "reporter", "phone", code: "bad_format",
                        id: "Tulis nomor seperti +6281234567890, atau kosongkan.",
                        en: "Write a number like +6281234567890, or leave it out."))
            }
        }
        return contact
    }
}

extension [FieldError] {
    /// Whether one of these fields has an error already: a wrong type is not also missing.
    fileprivate func name(_ pointers: String...) -> Bool { contains { pointers.contains($0.pointer) } }
}
