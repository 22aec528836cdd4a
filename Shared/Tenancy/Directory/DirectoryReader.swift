import Foundation
import Postgres
import SinergiCore

/// Reads the whole public directory in one round trip.
struct DirectoryReader: Sendable {
    let client: PostgresClient
    let role: PostgresIdentifier?

    func read() async throws -> Directory {
        let results = try await client.pipeline(
            PostgresTransactionOptions(isolation: .repeatableRead, readOnly: true, role: role, timeout: .seconds(10)),
            [
                Self.agencies, Self.offices, Self.categories, Self.jurisdictions, Self.keys, Self.calendars,
                Self.questions, Self.responsibilities, Self.state,
            ])
        guard results.count == 9, let state = results[8].first else { throw TenancyError.noResult }
        return Directory(
            readAt: Date(), revision: try state.decode("number", as: Int.self),
            today: Day(try state.decode("today", as: String.self)),
            agencies: try results[0].map(Directory.Agency.init(row:)),
            offices: try results[1].map(Directory.Office.init(row:)),
            categories: try results[2].map(Directory.Category.init(row:)),
            jurisdictions: try results[3].map(Directory.Jurisdiction.init(row:)),
            keys: try results[4].map(Directory.AgencyKey.init(row:)),
            calendars: try results[5].map(Directory.Calendar.init(row:)),
            questions: try results[6].map(Directory.Question.init(row:)),
            responsibilities: try results[7].map(Directory.Responsibility.init(row:)))
    }

    /// The number that every change of the directory raises.
    func revision() async throws -> Int {
        let results = try await client.pipeline(
            PostgresTransactionOptions(readOnly: true, role: role, timeout: .seconds(10)), [Self.state])
        guard let state = results.first?.first else { throw TenancyError.noResult }
        return try state.decode("number", as: Int.self)
    }

    private static let state: SQL = "SELECT number, current_date::text AS today FROM directory.revision"

    private static let agencies: SQL = """
        SELECT number::int8 AS number, code, name, prefix, parent::int8 AS parent, intake_url, hosted_on
        FROM directory.agency
        """
    private static let offices: SQL = """
        SELECT o.id, o.code, o.agency::int8 AS agency, a.code AS agency_code, o.name, o.parent, o.is_arbiter,
            o.is_coordinator, o.is_triage, o.joined, c.zone, o.calendar, o.area_code, o.email,
            o.duties, o.dangers, o.duty_phone,
            o.valid_from <= current_date AND (o.valid_to IS NULL OR o.valid_to > current_date) AS active
        FROM directory.office o
        JOIN directory.agency a ON a.number = o.agency
        JOIN directory.calendar c ON c.code = o.calendar
        """
    private static let categories: SQL = """
        SELECT code, parent, name_id, name_en,
            valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date) AS active
        FROM directory.category
        """
    private static let jurisdictions: SQL = """
        SELECT agency::int8 AS agency, office, area_code, valid_from::text AS valid_from, valid_to::text AS valid_to
        FROM directory.jurisdiction
        """
    private static let responsibilities: SQL = """
        SELECT agency::int8 AS agency, office, category, area_code, valid_from::text AS valid_from, valid_to::text AS valid_to
        FROM directory.responsibility
        """
    private static let questions: SQL = """
        SELECT category, code, type, required, name_id, name_en, options::text AS options, only_if::text AS only_if
        FROM directory.category_question
        WHERE valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)
        ORDER BY category, position, code
        """
    // A month longer than they sign: tokens and sealed copies outlive a key's change.
    private static let keys: SQL = """
        SELECT k.agency::int8 AS agency, a.code AS agency_code, k.kid, k.purpose, k.public_key, k.valid_from, k.valid_to
        FROM directory.agency_key k
        JOIN directory.agency a ON a.number = k.agency
        WHERE k.valid_to IS NULL OR k.valid_to > now() - interval '31 days'
        """
    // Nearest definition wins, day by day and year by year, as in directory.rebuild_calendar.
    private static let calendars: SQL = """
        WITH RECURSIVE family AS (
            SELECT code, code AS ancestor, parent, 0 AS distance FROM directory.calendar
            UNION ALL
            SELECT f.code, c.code, c.parent, f.distance + 1
            FROM directory.calendar c JOIN family f ON c.code = f.parent
        ), marked AS (
            SELECT DISTINCT ON (f.code, d.day) f.code, d.day, d.kind
            FROM directory.calendar_day d JOIN family f ON f.ancestor = d.calendar
            ORDER BY f.code, d.day, f.distance
        ), loaded AS (
            SELECT DISTINCT ON (f.code, y.year) f.code, y.year, y.estimated
            FROM directory.calendar_year y JOIN family f ON f.ancestor = y.calendar
            ORDER BY f.code, y.year, f.distance
        )
        SELECT c.code, c.name, c.zone, c.hours::text AS hours,
            ARRAY(SELECT m.day::text FROM marked m
                  WHERE m.code = c.code AND m.kind <> 'working' AND c.observes_holidays) AS closed,
            ARRAY(SELECT m.day::text FROM marked m WHERE m.code = c.code AND m.kind = 'working') AS opened,
            ARRAY(SELECT l.year FROM loaded l WHERE l.code = c.code AND NOT l.estimated) AS decreed,
            ARRAY(SELECT l.year FROM loaded l WHERE l.code = c.code AND l.estimated) AS estimated
        FROM directory.calendar c
        """
}

extension Directory.Agency {
    fileprivate init(row: PostgresRow) throws {
        self.init(
            number: try row.decode("number", as: Int.self), code: try row.decode("code", as: String.self),
            name: try row.decode("name", as: String.self), prefix: try row.decode("prefix", as: String.self),
            parent: try row.decodeIfPresent("parent", as: Int.self),
            intakeURL: try row.decodeIfPresent("intake_url", as: String.self),
            hostedOn: try row.decodeIfPresent("hosted_on", as: String.self))
    }
}

extension Directory.Office {
    fileprivate init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id", as: UUID.self), code: try row.decode("code", as: String.self),
            agency: try row.decode("agency", as: Int.self), agencyCode: try row.decode("agency_code", as: String.self),
            name: try row.decode("name", as: String.self), parent: try row.decodeIfPresent("parent", as: UUID.self),
            isArbiter: try row.decode("is_arbiter", as: Bool.self),
            isCoordinator: try row.decode("is_coordinator", as: Bool.self),
            isTriage: try row.decode("is_triage", as: Bool.self), joined: try row.decode("joined", as: Bool.self),
            zone: try row.decode("zone", as: String.self), calendar: try row.decode("calendar", as: String.self),
            area: try row.decodeIfPresent("area_code", as: String.self),
            email: try row.decodeIfPresent("email", as: String.self),
            duties: try row.decodeIfPresent("duties", as: String.self),
            dangers: Set(try row.decode("dangers", as: [String].self)),
            dutyPhone: try row.decodeIfPresent("duty_phone", as: String.self),
            active: try row.decode("active", as: Bool.self))
    }
}

extension Directory.Category {
    fileprivate init(row: PostgresRow) throws {
        self.init(
            code: try row.decode("code", as: String.self), parent: try row.decodeIfPresent("parent", as: String.self),
            nameID: try row.decode("name_id", as: String.self), nameEN: try row.decode("name_en", as: String.self),
            active: try row.decode("active", as: Bool.self))
    }
}

extension Directory.Question {
    fileprivate init(row: PostgresRow) throws {
        let decoder = JSONDecoder()
        self.init(
            category: try row.decode("category", as: String.self), code: try row.decode("code", as: String.self),
            // A form that this code does not know yet is asked as a text.
            form: Form(rawValue: try row.decode("type", as: String.self)) ?? .text,
            required: try row.decode("required", as: Bool.self), nameID: try row.decode("name_id", as: String.self),
            nameEN: try row.decode("name_en", as: String.self),
            options: try decoder.decode([Option].self, from: Data(try row.decode("options", as: String.self).utf8)),
            onlyIf: try row.decodeIfPresent("only_if", as: String.self).map {
                try decoder.decode(Condition.self, from: Data($0.utf8))
            })
    }
}

extension Directory.Jurisdiction {
    fileprivate init(row: PostgresRow) throws {
        self.init(
            agency: try row.decode("agency", as: Int.self), office: try row.decodeIfPresent("office", as: UUID.self),
            area: try row.decode("area_code", as: String.self), period: try Directory.Period(row: row))
    }
}

extension Directory.Responsibility {
    fileprivate init(row: PostgresRow) throws {
        self.init(
            agency: try row.decode("agency", as: Int.self), office: try row.decode("office", as: UUID.self),
            category: try row.decode("category", as: String.self),
            area: try row.decodeIfPresent("area_code", as: String.self), period: try Directory.Period(row: row))
    }
}

extension Directory.Period {
    fileprivate init(row: PostgresRow) throws {
        self.init(
            from: Day(try row.decode("valid_from", as: String.self)) ?? .init(number: 0),
            to: try row.decodeIfPresent("valid_to", as: String.self).flatMap(Day.init))
    }
}

extension Directory.AgencyKey {
    fileprivate init(row: PostgresRow) throws {
        self.init(
            agency: try row.decode("agency", as: Int.self), agencyCode: try row.decode("agency_code", as: String.self),
            kid: try row.decode("kid", as: String.self),
            purpose: try row.decode("purpose", as: String.self) == "sealing" ? .sealing : .signing,
            publicKey: try row.decode("public_key", as: String.self),
            validFrom: try row.decode("valid_from", as: Date.self),
            validTo: try row.decodeIfPresent("valid_to", as: Date.self))
    }
}

extension Directory.Calendar {
    fileprivate init(row: PostgresRow) throws {
        let hours = try JSONDecoder().decode(
            [String: [[String]]].self, from: Data(try row.decode("hours", as: String.self).utf8))
        var years: [Int: Bool] = [:]
        for year in try row.decode("decreed", as: [Int32].self) { years[Int(year)] = false }
        for year in try row.decode("estimated", as: [Int32].self) { years[Int(year)] = true }
        self.init(
            code: try row.decode("code", as: String.self), name: try row.decode("name", as: String.self),
            zone: try row.decode("zone", as: String.self),
            hours: Dictionary(
                hours.compactMap { key, value in Int(key).map { ($0, value) } }, uniquingKeysWith: { $1 }),
            closed: Set(try row.decode("closed", as: [String].self)),
            opened: Set(try row.decode("opened", as: [String].self)), years: years)
    }
}
