public import Foundation

/// A directory in the form in which a file keeps it, for a process that starts while the database is away.
///
/// Telephone numbers and addresses of offices are left out: a file is read by more people than the database is.
public struct DirectoryCopy: Sendable, Codable {
    /// When the database was read.
    public let readAt: Date
    private let agencies: [Directory.Agency]
    private let offices: [Directory.Office]
    private let categories: [Directory.Category]
    private let jurisdictions: [Directory.Jurisdiction]
    private let keys: [Directory.AgencyKey]
    private let calendars: [Directory.Calendar]
    private let questions: [Directory.Question]

    /// Lists are sorted, so that equal directories make equal files.
    public init(_ directory: Directory) {
        readAt = directory.readAt
        agencies = directory.agencies.values.sorted { $0.number < $1.number }
        offices = directory.offices.values.sorted { $0.code < $1.code }.map(\.withoutContacts)
        categories = directory.categories.values.sorted { $0.code < $1.code }
        jurisdictions = directory.jurisdictions
        keys = directory.keys
        calendars = directory.calendars.values.sorted { $0.code < $1.code }
        questions = directory.questions.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    public var directory: Directory {
        Directory(
            readAt: readAt, agencies: agencies, offices: offices, categories: categories, jurisdictions: jurisdictions,
            keys: keys, calendars: calendars, questions: questions)
    }
}

extension Directory.Office {
    fileprivate var withoutContacts: Self {
        Self(
            id: id, code: code, agency: agency, agencyCode: agencyCode, name: name, parent: parent,
            isArbiter: isArbiter, isCoordinator: isCoordinator, isTriage: isTriage, joined: joined, zone: zone,
            calendar: calendar, area: area, duties: duties, dangers: dangers, active: active)
    }
}
