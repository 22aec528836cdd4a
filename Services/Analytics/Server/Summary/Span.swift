import Foundation
import ServiceKit
import SinergiCore

/// Days from one to another, both included, in an agency's zone.
struct Span: Sendable, Hashable {
    /// Days of a span without limits of its own.
    static let usual = 30
    /// No span is longer: ten years.
    static let longest = 3660

    let from: Day
    let to: Day
    let zone: Zone

    /// - Throws: 422 `validation` with pointers `#/from` and `#/to`.
    init(from: String?, to: String?, zone: Zone, now: Date) throws(Problem) {
        var errors: [FieldError] = []
        func day(_ text: String?, _ pointer: String) -> Day? {
            guard let text else { return nil }
            if let day = Day(text) { return day }
            errors.append(
                FieldError(
                    pointer: pointer, code: "bad_format",
                    detail: Localized(id: "Tulis tanggal sebagai 2026-11-30.", en: "Write the day as 2026-11-30.")))
            return nil
        }
        let first = day(from, "#/from")
        let last = day(to, "#/to")
        guard errors.isEmpty else { throw .validation(errors) }
        let end = last ?? first.map { max($0, zone.day(of: now)) } ?? zone.day(of: now)
        let start = first ?? end.adding(1 - Self.usual)
        guard start <= end else {
            throw .invalid(
                "#/to", "bad_format",
                Localized(id: "Hari akhir mendahului hari awal.", en: "The last day is before the first."))
        }
        guard end.number - start.number < Self.longest else {
            throw .invalid("#/from", "too_long", Localized(id: "Paling lama sepuluh tahun.", en: "At most ten years."))
        }
        self.from = start
        self.to = end
        self.zone = zone
    }

    /// The first instant.
    var start: Date { zone.instant(from, seconds: 0) }
    /// The first instant after it.
    var end: Date { zone.instant(to.adding(1), seconds: 0) }
}
