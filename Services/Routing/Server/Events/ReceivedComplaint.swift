import Exchange
import Foundation
import IntakeAPI
import Postgres
import RoutingClassifier
import RoutingLearning
import ServiceKit
import SinergiCore
import Tenancy

/// What routing reads of `complaint.received`; the rest goes to the database as it came.
struct ReceivedComplaint: Sendable {
    let id: UUID
    private let data: JSONValue

    /// - Throws: 422 for an event without a case's id: it can never be applied.
    init(_ event: CloudEvent) throws {
        data = try JSONBody.parse(Array(event.data.utf8))
        guard let text = data["case_id"]?.string, let id = UUID(uuidString: text) else {
            throw Problem.invalid("#/data/case_id", "bad_format")
        }
        self.id = id
    }

    /// What is known of a complaint that is routed anew; `data` as in the event.
    init(id: UUID, data: JSONValue) {
        self.id = id
        self.data = data
    }

    /// Kind as the reporter gave it.
    var givenKind: String? { data["kind"]?.string }

    /// The reporter wants it kept from the public; what is decided about it keeps none of its words.
    var isConfidential: Bool { data["confidential"] != .bool(false) }

    /// As the agency's model reads it; `nil` where its words are sealed.
    var classifiable: Complaint? {
        guard let description = data["description"]?.string, !description.isEmpty else { return nil }
        return CaseComplaint.make(
            title: data["title"]?.string ?? "", description: description, area: data["area_code"]?.string,
            kind: givenKind ?? "", channel: data["channel"]?.string, category: data["category"]?.string)
    }

    /// Proposes the text that the public may read, once an officer has checked it; `nil` for sealed words.
    var publication: SQL? {
        guard let title = data["title"]?.string, let description = data["description"]?.string else { return nil }
        let heading = PublicText(masking: title, limit: 200)
        let body = PublicText(masking: description, limit: 10_000)
        let found = Set(heading.found + body.found).map(\.rawValue).sorted()
        return "SELECT casework.propose_publication(\(id), \(heading.text), \(body.text), \(found)::text[])"
    }

    /// The day of receipt, and the question for boundaries that were drawn around the point.
    func whereabouts(agency: Int, directory: Directory) -> (day: Day?, boundaries: SQL) {
        let day = ReceivedPlace.day(data, agency: agency, directory)
        return (day, ReceivedPlace.boundaries(data, on: day))
    }

    /// Keeps what the words are about, so that others like it are found; `nil` for sealed ones.
    func matter() async -> SQL? {
        guard let description = data["description"]?.string, !description.isEmpty,
            let judge = await TextJudge.shared.value
        else { return nil }
        let reading = judge.matters.read(description, category: data["category"]?.string)
        let area = data["area_code"]?.string?.split(separator: ".") ?? []
        let isWidespread = reading.code.map(judge.matters.isWidespread) ?? false
        // A list of old letters is no surge, however long; a hole in a road is none where nobody knows the district.
        let counts = data["channel"]?.string != "import" && (isWidespread || area.count >= 3)
        let region = area.prefix(isWidespread ? 2 : 3).joined(separator: ".")
        return "SELECT casework.note_matter(\(id), \(counts ? reading.code : nil), \(region), \(reading.words))"
    }

    private var signs: TextSigns? {
        guard let signs = data["signs"]?.object else { return nil }
        return TextSigns(
            danger: signs["danger"]?.bool ?? false, power: signs["power"]?.bool ?? false,
            misconduct: signs["misconduct"]?.bool ?? false, flood: signs["flood"]?.bool)
    }

    /// One of many that say the same and come from one source, as intake counted them.
    var isFlood: Bool { signs?.flood ?? false }

    /// Where the reporter chose an ordinary category the text must be surer of it: offices that send a reporter back and
    /// forth are no misconduct.
    private func accuses(_ reading: TextReading?) -> Bool {
        guard let misconduct = reading?.misconduct, misconduct.isRecognised else { return false }
        let group = data["category"]?.string.flatMap { $0.split(separator: ".").first.map(String.init) }
        return group == nil || group == "other" || group == "conduct" || misconduct.isSure
    }

    /// - Parameter cleared: An officer has read it and found that it accuses nobody, whatever a machine reads.
    func facts(agency: Int, directory: Directory, cleared: Bool = false) async -> CaseFacts {
        let title = data["title"]?.string ?? ""
        let description = data["description"]?.string ?? ""
        let area = data["area_code"]?.string
        // A kind that this code does not know yet is nobody's to route automatically.
        let kind = data["kind"]?.string.flatMap(Kind.init(rawValue:)) ?? .supervisory
        // A title that intake made of the description says nothing twice.
        let heading = title.hasSuffix("…") || description.hasPrefix(title) ? "" : title + "\n"
        // Of a sealed complaint there are no words here, and none get into the reasons, which stand in the clear: its kind,
        // its category and what intake read before it was sealed decide.
        let judge = await TextJudge.shared.value
        let reading =
            description.isEmpty
            ? signs.flatMap { judge?.read($0, agency: agency, area: area, directory: directory) }
            : judge?.read(heading + description, agency: agency, area: area, directory: directory)
        return CaseFacts(
            agency: agency, category: data["category"]?.string, area: area,
            // What a text accuses an office of never goes through that office, whatever the form says it is.
            kind: !cleared && accuses(reading) && !kind.isConfidentialByDefault ? .supervisory : kind,
            text: title + "\n" + description, addressedOffice: data["addressed_office"]?.string, directory: directory,
            reading: reading, circumstances: Circumstances(event: data))
    }
}
