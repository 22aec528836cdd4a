/// A year's days off and extra working days, as a decree fixes them.
public struct CalendarYear: Sendable, Hashable {
    /// One day that differs from its weekday.
    public struct Entry: Sendable, Hashable {
        /// Why a day differs. All but `working` close it.
        public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
            /// Hari libur nasional.
            case national
            /// Cuti bersama: joint leave.
            case joint
            /// A province's or an agency's own day off.
            case local
            /// An extra working day.
            case working
        }

        public let day: Day
        public let kind: Kind
        /// Its Indonesian name.
        public let name: String
        /// The decree, where it is another than the year's.
        public let legalBasis: String

        public init(day: Day, kind: Kind, name: String, legalBasis: String) {
            self.day = day
            self.kind = kind
            self.name = name
            self.legalBasis = legalBasis
        }
    }

    public let year: Int
    /// Not decreed yet: limits that end in it are provisional.
    public let isEstimated: Bool
    public let entries: [Entry]

    public init(year: Int, isEstimated: Bool, entries: [Entry]) {
        self.year = year
        self.isEstimated = isEstimated
        self.entries = entries
    }
}
