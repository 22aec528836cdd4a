import Postgres
import ServiceKit
import Tenancy

/// What is asked about the place of one submission.
struct PlaceQuestion: Sendable {
    let lat: Double?
    let long: Double?
    let areaCode: String?

    /// Nothing that the database would have to be asked about: only an address.
    var isEmpty: Bool { lat == nil && areaCode == nil }
}

/// What the directory knows about it.
struct PlaceAnswer: Sendable, Equatable {
    /// The most specific area at the coordinates; `nil` at sea or without coordinates.
    let found: String?
    /// Whether the area code given exists today.
    let givenExists: Bool
}

/// Asks for the places of many submissions in one round trip; the geometry is PostGIS's.
struct PlaceStore: Sendable {
    let database: AgencyDatabase

    func answers(to questions: [PlaceQuestion], in scope: AgencyScope) async throws -> [PlaceAnswer] {
        try await database.query(
            scope,
            """
            SELECT found.code AS found, given.code IS NOT NULL AS given_exists
            FROM unnest(\(questions.map(\.lat))::float8[], \(questions.map(\.long))::float8[],
                        \(questions.map(\.areaCode))::text[]) WITH ORDINALITY AS q(lat, long, area_code, place)
            LEFT JOIN LATERAL directory.area_at(q.lat, q.long) AS found ON q.lat IS NOT NULL
            LEFT JOIN LATERAL (
                SELECT a.code FROM directory.area a
                WHERE a.code = q.area_code AND a.valid_from <= current_date AND (a.valid_to IS NULL OR a.valid_to > current_date)
                LIMIT 1
            ) AS given ON true
            ORDER BY q.place
            """
        ).map { row in
            PlaceAnswer(
                found: try row.decodeIfPresent("found", as: String.self),
                givenExists: try row.decode("given_exists", as: Bool.self))
        }
    }
}

/// Judges a submission's place with what the directory knows.
enum PlaceRules {
    /// Fills in the area that was found, or says why the place cannot be right.
    static func apply(_ answer: PlaceAnswer, to submission: inout CheckedSubmission) -> [FieldError] {
        guard let given = submission.areaCode else {
            submission.areaCode = answer.found
            return []
        }
        guard answer.givenExists else {
            return [
                FieldError(
                    "area_code", code: "unknown_area",
                    id: "Kode wilayah tidak dikenal. Cari di v1/areas; boleh kosong.",
                    en: "Unknown area code. Look it up at v1/areas; it may be left out.")
            ]
        }
        guard let found = answer.found, found != given else { return [] }
        if isWithin(found, given) {
            // The coordinates know it better: a district inside the regency that was given.
            submission.areaCode = found
            return []
        }
        if isWithin(given, found) { return [] }
        return [
            FieldError(
                "area_code", code: "area_mismatch",
                id: "Titik koordinat ada di wilayah \(found). Perbaiki salah satunya.",
                en: "The coordinates lie in area \(found). Correct one of the two.")
        ]
    }

    private static func isWithin(_ inner: String, _ outer: String) -> Bool { inner.hasPrefix(outer + ".") }
}
