public import Foundation
public import SinergiCore

extension Directory {
    /// An organisation with its own roles in the database.
    public struct Agency: Sendable, Hashable, Codable {
        public let number: Int
        public let code: String
        public let name: String
        /// First part of its tracking codes.
        public let prefix: String
        public let parent: Int?
        /// Where its reporters go; `nil` when it takes none.
        public let intakeURL: String?
        /// The host that runs its processes; `nil` for a node of its own.
        public let hostedOn: String?

        public init(
            number: Int, code: String, name: String, prefix: String, parent: Int? = nil, intakeURL: String? = nil,
            hostedOn: String? = nil
        ) {
            self.number = number
            self.code = code
            self.name = name
            self.prefix = prefix
            self.parent = parent
            self.intakeURL = intakeURL
            self.hostedOn = hostedOn
        }
    }

    /// Whoever can hold work: an agency itself or one of its units.
    public struct Office: Sendable, Hashable, Codable {
        public let id: UUID
        /// `PPU` or `PPU/DPUPR`.
        public let code: String
        public let agency: Int
        public let agencyCode: String
        public let name: String
        public let parent: UUID?
        public let isArbiter: Bool
        public let isCoordinator: Bool
        public let isTriage: Bool
        /// `false`: has no login and is reached by link, letter or another system.
        public let joined: Bool
        /// Time zone of its calendar, such as `Asia/Makassar`.
        public let zone: String
        /// Code of its working calendar.
        public let calendar: String
        public let area: String?
        public let email: String?
        /// What it is there for, in words.
        public let duties: String?
        /// Dangers for which its duty officer is rung: `any` or `power`.
        public let dangers: Set<String>
        /// Telephone of the duty officer, in international form.
        public let dutyPhone: String?
        /// Whether it exists on the day of reading.
        public let active: Bool

        public init(
            id: UUID, code: String, agency: Int, agencyCode: String, name: String, parent: UUID? = nil,
            isArbiter: Bool = false, isCoordinator: Bool = false, isTriage: Bool = false, joined: Bool = true,
            zone: String, calendar: String, area: String? = nil, email: String? = nil, duties: String? = nil,
            dangers: Set<String> = [], dutyPhone: String? = nil, active: Bool = true
        ) {
            self.id = id
            self.code = code
            self.agency = agency
            self.agencyCode = agencyCode
            self.name = name
            self.parent = parent
            self.isArbiter = isArbiter
            self.isCoordinator = isCoordinator
            self.isTriage = isTriage
            self.joined = joined
            self.zone = zone
            self.calendar = calendar
            self.area = area
            self.email = email
            self.duties = duties
            self.dangers = dangers
            self.dutyPhone = dutyPhone
            self.active = active
        }

        /// Whether it is a unit and not the agency itself.
        public var isUnit: Bool { code.contains("/") }
    }

    /// What a complaint is about, in two levels.
    public struct Category: Sendable, Hashable, Codable {
        public let code: String
        public let parent: String?
        /// Name in Indonesian.
        public let nameID: String
        /// Name in English.
        public let nameEN: String
        /// Whether it may be chosen on the day of reading.
        public let active: Bool

        public init(code: String, parent: String? = nil, nameID: String, nameEN: String, active: Bool = true) {
            self.code = code
            self.parent = parent
            self.nameID = nameID
            self.nameEN = nameEN
            self.active = active
        }
    }

    /// What reporters are asked beside the free text of a category.
    public struct Question: Sendable, Hashable, Codable {
        /// What an answer must be.
        public enum Form: String, Sendable, Hashable, Codable {
            case text, number, boolean, date, choice, choices
        }
        /// One of several answers.
        public struct Option: Sendable, Hashable, Codable {
            public let code: String
            public let nameID: String
            public let nameEN: String

            public init(code: String, nameID: String, nameEN: String) {
                self.code = code
                self.nameID = nameID
                self.nameEN = nameEN
            }

            enum CodingKeys: String, CodingKey {
                case code
                case nameID = "name_id"
                case nameEN = "name_en"
            }
        }
        /// It is asked only where another question has this answer.
        public struct Condition: Sendable, Hashable, Codable {
            public let question: String
            public let equals: String

            public init(question: String, equals: String) {
                self.question = question
                self.equals = equals
            }
        }

        public let category: String
        public let code: String
        public let form: Form
        /// An answer that is missing is suggested, nothing is refused for it.
        public let required: Bool
        public let nameID: String
        public let nameEN: String
        public let options: [Option]
        public let onlyIf: Condition?

        public init(
            category: String, code: String, form: Form, required: Bool, nameID: String, nameEN: String,
            options: [Option] = [], onlyIf: Condition? = nil
        ) {
            self.category = category
            self.code = code
            self.form = form
            self.required = required
            self.nameID = nameID
            self.nameEN = nameEN
            self.options = options
            self.onlyIf = onlyIf
        }
    }

    /// Days on which a row counts: from `from` on, `to` no more.
    public struct Period: Sendable, Hashable, Codable {
        public let from: Day
        public let to: Day?

        public init(from: Day, to: Day? = nil) {
            self.from = from
            self.to = to
        }

        /// Since the first day that there is (0001-01-01).
        public static let always = Period(from: Day(number: -719_162))

        /// Whether the row counts on a day.
        public func contains(_ day: Day) -> Bool { from <= day && to.map { day < $0 } ?? true }
    }

    /// An area that an agency, or one office of it, is in charge of.
    public struct Jurisdiction: Sendable, Hashable, Codable {
        public let agency: Int
        /// `nil`: the agency's own territory, which alone says whose place it is.
        public let office: UUID?
        public let area: String
        public let period: Period

        public init(agency: Int, office: UUID? = nil, area: String, period: Period = .always) {
            self.agency = agency
            self.office = office
            self.area = area
            self.period = period
        }
    }

    /// What an office is there for.
    public struct Responsibility: Sendable, Hashable {
        public let agency: Int
        public let office: UUID
        /// A category, or a group with all below it.
        public let category: String
        /// `nil`: everywhere.
        public let area: String?
        public let period: Period

        public init(agency: Int, office: UUID, category: String, area: String? = nil, period: Period = .always) {
            self.agency = agency
            self.office = office
            self.category = category
            self.area = area
            self.period = period
        }
    }

    /// A public key of an agency.
    public struct AgencyKey: Sendable, Hashable, Codable {
        /// What the key is for.
        public enum Purpose: String, Sendable, Hashable, Codable {
            case signing, sealing
        }
        public let agency: Int
        public let agencyCode: String
        /// Key id in token headers.
        public let kid: String
        public let purpose: Purpose
        /// Signing: PEM. Sealing: raw X25519 key in base64.
        public let publicKey: String
        public let validFrom: Date
        public let validTo: Date?

        public init(
            agency: Int, agencyCode: String, kid: String, purpose: Purpose, publicKey: String, validFrom: Date,
            validTo: Date? = nil
        ) {
            self.agency = agency
            self.agencyCode = agencyCode
            self.kid = kid
            self.purpose = purpose
            self.publicKey = publicKey
            self.validFrom = validFrom
            self.validTo = validTo
        }

        /// Whether the key counts at `date`.
        public func isValid(at date: Date) -> Bool {
            validFrom <= date && (validTo.map { date < $0 } ?? true)
        }
    }

    /// Weekly opening hours in one zone and the days that differ, inherited ones included.
    public struct Calendar: Sendable, Hashable, Codable {
        public let code: String
        public let name: String
        public let zone: String
        /// ISO weekday (1 = Monday) to opening intervals, local `HH:MM`.
        public let hours: [Int: [[String]]]
        /// Days (`YYYY-MM-DD`) on which it is closed although the week says open.
        public let closed: Set<String>
        /// Days (`YYYY-MM-DD`) on which it is open although it would be closed.
        public let opened: Set<String>
        /// Years whose calendar is loaded, and whether it is only an estimate.
        public let years: [Int: Bool]

        public init(
            code: String, name: String, zone: String, hours: [Int: [[String]]], closed: Set<String> = [],
            opened: Set<String> = [], years: [Int: Bool] = [:]
        ) {
            self.code = code
            self.name = name
            self.zone = zone
            self.hours = hours
            self.closed = closed
            self.opened = opened
            self.years = years
        }
    }
}
