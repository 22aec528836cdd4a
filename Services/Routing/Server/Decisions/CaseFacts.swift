import SinergiCore
import Tenancy

/// What is known of a case when it is decided where it goes.
struct CaseFacts: Sendable {
    /// Number of the agency that received it.
    let agency: Int
    let category: String?
    /// Dotted code of the place.
    let area: String?
    let kind: Kind
    /// The office that the reporter had in mind, by code; a hint.
    let addressedOffice: String?
    let directory: Directory
    /// What the text says by itself; `nil` where it was not read.
    let reading: TextReading?
    /// How, when and where exactly it came.
    let circumstances: Circumstances
    /// Title and text in lower case, words between single spaces.
    private let text: String

    init(
        agency: Int, category: String?, area: String?, kind: Kind, text: String, addressedOffice: String? = nil,
        directory: Directory, reading: TextReading? = nil, circumstances: Circumstances = Circumstances()
    ) {
        self.circumstances = circumstances
        self.reading = reading
        self.agency = agency
        self.category = category
        self.area = area
        self.kind = kind
        self.addressedOffice = addressedOffice
        self.directory = directory
        self.text = Self.normalised(text)
    }

    /// Whether the text holds a word or phrase, whole words only.
    func mentions(_ phrase: String) -> Bool { text.contains(Self.normalised(phrase)) }

    /// The same of any text.
    static func text(_ text: String, mentions phrase: String) -> Bool {
        normalised(text).contains(normalised(phrase))
    }

    /// Time zone by whose clock the agency's rules count.
    var zone: String? { directory.frontOffice(of: agency)?.zone }

    /// Whether a code is of the agency itself or a unit of it, also of one that is gone.
    func isOwnOffice(_ code: String) -> Bool {
        guard let own = directory.agencies[agency]?.code else { return false }
        return code == own || code.hasPrefix(own + "/")
    }

    /// Supervisory reports and whistle-blowing never go by a rule that does not name their kind: it could be the office
    /// that they accuse (product decision 17).
    var isSensitive: Bool { kind.isConfidentialByDefault }

    func name(ofCategory code: String) -> String {
        directory.categories[code]?.nameID.lowercased() ?? "kategori \(code)"
    }

    /// The agency of exactly this area, else the code.
    func name(ofArea code: String) -> String {
        directory.jurisdictions.first { $0.area == code && $0.office == nil }
            .flatMap { directory.agencies[$0.agency]?.name } ?? code
    }

    private static func normalised(_ text: String) -> String {
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
        return " " + words.joined(separator: " ") + " "
    }
}
