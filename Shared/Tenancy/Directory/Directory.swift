public import Foundation
public import SinergiCore

/// A snapshot of the public directory: who is who and what belongs to whom. Values only, looked up in memory.
///
/// It holds whatever the database had, dissolved offices and old categories too, because old cases name them.
public struct Directory: Sendable {
    /// When the database was read.
    public let readAt: Date
    /// What `directory.revision` was then.
    public let revision: Int
    /// All agencies by number.
    public let agencies: [Int: Agency]
    /// All offices, also dissolved ones, by id.
    public let offices: [UUID: Office]
    /// All categories by code.
    public let categories: [String: Category]
    /// Which area is whose on the day of reading.
    public let jurisdictions: [Jurisdiction]
    /// Which office is there for what, at whatever time.
    public let responsibilities: [Responsibility]
    /// Public keys of agencies that are valid or were until lately.
    public let keys: [AgencyKey]
    /// All calendars by code, with the days off that they inherit.
    public let calendars: [String: Calendar]

    /// Questions of each category, in the order in which they are asked.
    public let questions: [String: [Question]]

    private let datedJurisdictions: [Jurisdiction]
    private let agencyByCode: [String: Int]
    private let agencyByPrefix: [String: Int]
    private let officeByCode: [String: UUID]

    /// - Parameters:
    ///   - today: The day of reading, as the database has it; `nil`: all jurisdictions count.
    ///   - jurisdictions: Those of whatever time.
    public init(
        readAt: Date, revision: Int = 0, today: Day? = nil, agencies: [Agency], offices: [Office],
        categories: [Category], jurisdictions: [Jurisdiction], keys: [AgencyKey], calendars: [Calendar],
        questions: [Question] = [], responsibilities: [Responsibility] = []
    ) {
        self.readAt = readAt
        self.revision = revision
        self.agencies = Dictionary(agencies.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        self.offices = Dictionary(offices.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        self.categories = Dictionary(categories.map { ($0.code, $0) }, uniquingKeysWith: { $1 })
        datedJurisdictions = jurisdictions
        self.jurisdictions = today.map { day in jurisdictions.filter { $0.period.contains(day) } } ?? jurisdictions
        self.responsibilities = responsibilities
        self.keys = keys
        self.calendars = Dictionary(calendars.map { ($0.code, $0) }, uniquingKeysWith: { $1 })
        self.questions = Dictionary(grouping: questions, by: \.category)
        agencyByCode = Dictionary(agencies.map { ($0.code, $0.number) }, uniquingKeysWith: { $1 })
        agencyByPrefix = Dictionary(agencies.map { ($0.prefix, $0.number) }, uniquingKeysWith: { $1 })
        officeByCode = Dictionary(offices.map { ($0.code, $0.id) }, uniquingKeysWith: { $1 })
    }

    /// The agency of a code such as `PPU`.
    public func agency(code: String) -> Agency? { agencyByCode[code].flatMap { agencies[$0] } }

    /// The agency whose tracking codes begin with this prefix.
    public func agency(prefix: String) -> Agency? { agencyByPrefix[prefix].flatMap { agencies[$0] } }

    /// The office of a code such as `PPU` or `PPU/DPUPR`.
    public func office(code: String) -> Office? { officeByCode[code].flatMap { offices[$0] } }

    /// The offices of an agency that exist today, by code.
    public func offices(of agency: Int) -> [Office] {
        offices.values.filter { $0.agency == agency && $0.active }.sorted { $0.code < $1.code }
    }

    /// Where an agency receives what is not for a unit yet: its triage office, else the agency itself.
    ///
    /// The same choice as the database's `directory.front_office`.
    public func frontOffice(of agency: Int) -> Office? {
        let joined = offices(of: agency).filter(\.joined)
        return joined.first(where: \.isTriage) ?? joined.first { !$0.isUnit } ?? joined.first
    }

    /// Which area is whose on a day, such as that on which a complaint came in.
    public func jurisdictions(on day: Day) -> [Jurisdiction] { datedJurisdictions.filter { $0.period.contains(day) } }

    /// The agency whose area it is: that of the longest code that the area lies in, then the lower number.
    ///
    /// The same choice as the database's `directory.owner_of` without a point.
    public func agency(ofArea area: String) -> Agency? {
        jurisdictions
            .filter { $0.office == nil && (area == $0.area || area.hasPrefix($0.area + ".")) }
            .max { ($0.area.count, $1.agency) < ($1.area.count, $0.agency) }
            .flatMap { agencies[$0.agency] }
    }

    /// The questions of a category, those of the group above it first.
    public func questions(of category: String?) -> [Question] {
        guard let category else { return [] }
        let above = categories[category]?.parent.flatMap { questions[$0] } ?? []
        return above + (questions[category] ?? [])
    }

    /// Keys that verify an agency's signatures at `date`, all agencies together.
    public func signingKeys(at date: Date) -> [AgencyKey] {
        keys.filter { $0.purpose == .signing && $0.isValid(at: date) }
    }

    /// The key to which an agency's secrets are sealed: its newest valid one.
    public func sealingKey(of agency: Int, at date: Date) -> AgencyKey? {
        keys.filter { $0.agency == agency && $0.purpose == .sealing && $0.isValid(at: date) }
            .max { $0.validFrom < $1.validFrom }
    }
}
