import Foundation
import ServiceKit
import SinergiCore

/// A body of the directory's administration: the whole row as it is to be. What is left out is empty or begins as documented.
protocol AdministrationBody: RequestBodyFields, Sendable {
    /// The row for the database; a password only as its hash.
    var values: JSONObject { get }
    /// A new password in the clear, never stored.
    var password: String? { get }
    /// The row's own name, where the caller chooses it.
    var key: String? { get }
}

extension AdministrationBody {
    var password: String? { nil }
    var key: String? { nil }
}

extension FieldReader {
    fileprivate mutating func text(_ name: String, max: Int) -> JSONValue {
        string(name, max: max).map { .string($0) } ?? .null
    }

    /// A number that can be rung when there is danger, as an import takes it: a leading zero is Indonesia.
    fileprivate mutating func phone(_ name: String) -> JSONValue {
        guard let text = string(name, max: 20) else { return .null }
        let digits = text.filter { !" -.()".contains($0) }
        let number = digits.hasPrefix("0") ? "+62" + digits.dropFirst() : digits
        if !number.hasPrefix("+") || !(8...16).contains(number.count)
            || !number.dropFirst().utf8.allSatisfy({ (48...57).contains($0) })
        {
            fail(
                name, "bad_format",
                Localized(id: "Nomor telepon seperti +62811000501.", en: "A telephone number, as +62811000501."))
        }
        return .string(number)
    }

    fileprivate mutating func code(_ name: String) -> JSONValue {
        string(name, max: 60).map { .string($0.uppercased()) } ?? .null
    }

    fileprivate mutating func flag(_ name: String, _ initial: Bool) -> JSONValue { .bool(bool(name) ?? initial) }

    fileprivate mutating func period() -> [(name: String, value: JSONValue)] {
        let days = [("valid_from", day("valid_from")), ("valid_to", day("valid_to"))]
        return days.map { ($0, $1.map { .string($0) } ?? .null) }
    }
}

/// Body of `POST /v1/directory/units` and `PUT /v1/directory/units/{unit}`.
struct UnitBody: AdministrationBody {
    let values: JSONObject
    let key: String?

    init(fields: inout FieldReader) {
        // The part after the agency's code; in a PUT the address says it.
        let unit = fields.string("unit", max: 30)?.uppercased()
        key = unit
        var members: [(name: String, value: JSONValue)] = [
            ("name", .string(fields.requiredString("name", max: 200))), ("parent", fields.code("parent")),
            ("calendar", .string(fields.requiredString("calendar", max: 60))),
            ("area_code", fields.text("area_code", max: 20)), ("email", fields.text("email", max: 254)),
            ("duties", fields.text("duties", max: 4000)), ("duty_phone", fields.phone("duty_phone")),
            ("is_arbiter", fields.flag("is_arbiter", false)), ("is_coordinator", fields.flag("is_coordinator", false)),
            ("is_triage", fields.flag("is_triage", false)), ("joined", fields.flag("joined", true)),
        ]
        let dangers = fields.strings("dangers", max: 2, length: 10) ?? []
        if !dangers.allSatisfy({ ["any", "power"].contains($0) }) { fields.fail("dangers", "bad_format") }
        members.append(("dangers", .array(dangers.map { .string($0) })))
        values = JSONObject(members + fields.period())
    }
}

/// Body of `POST /v1/directory/officers` and `PUT /v1/directory/officers/{officer_id}`.
struct OfficerBody: AdministrationBody {
    let values: JSONObject
    let password: String?

    init(fields: inout FieldReader) {
        let username = fields.requiredString("username", min: 3, max: 100).lowercased()
        if !username.isEmpty, username.contains(where: \.isWhitespace) { fields.fail("username", "bad_format") }
        password = fields.string("password", min: 12, max: 200)
        values = JSONObject([
            ("username", .string(username)), ("name", .string(fields.requiredString("name", max: 200))),
            ("email", fields.text("email", max: 254)), ("active", fields.flag("active", true)),
        ])
    }
}

/// Body of `POST /v1/directory/positions` and `PUT /v1/directory/positions/{position_id}`.
struct PositionBody: AdministrationBody {
    let values: JSONObject

    init(fields: inout FieldReader) {
        let roles = fields.strings("roles", max: 9, length: 20) ?? []
        if roles.isEmpty {
            fields.fail("roles", "required")
        } else if !roles.allSatisfy({ name in Role.ofPositions.contains { $0.rawValue == name } }) {
            fields.fail("roles", "bad_format")
        }
        values = JSONObject(
            [
                ("officer", .string(fields.requiredUUID("officer").text)),
                ("office", .string(fields.requiredString("office", max: 60).uppercased())),
                ("roles", .array(Set(roles).sorted().map { .string($0) })), ("acting", fields.flag("acting", false)),
            ] + fields.period())
    }
}

/// Body of `POST /v1/directory/jurisdictions` and `PUT /v1/directory/jurisdictions/{jurisdiction_id}`.
struct JurisdictionBody: AdministrationBody {
    let values: JSONObject

    init(fields: inout FieldReader) {
        values = JSONObject(
            [
                ("office", .string(fields.requiredString("office", max: 60).uppercased())),
                ("area_code", .string(fields.requiredString("area_code", min: 2, max: 20))),
            ] + fields.period())
    }
}

/// Body of `POST /v1/directory/responsibilities` and `PUT /v1/directory/responsibilities/{responsibility_id}`.
struct ResponsibilityBody: AdministrationBody {
    let values: JSONObject

    init(fields: inout FieldReader) {
        values = JSONObject(
            [
                ("office", .string(fields.requiredString("office", max: 60).uppercased())),
                ("category", .string(fields.requiredString("category", max: 81))),
                ("area_code", fields.text("area_code", max: 20)),
            ] + fields.period())
    }
}
