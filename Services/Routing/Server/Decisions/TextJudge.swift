import Foundation
import IntakeAPI
import RoutingClassifier
import Synchronization
import Tenancy

/// Reads complaints' texts: danger, misconduct, and which office's duties they are about. Learnt when the process starts.
final class TextJudge: Sendable {
    /// `nil` only when the program's own language files are missing: cases then go by rules and places. A service is ready
    /// before this is; the first cases wait for it.
    static let shared = Task.detached { try? TextJudge(recogniser: await Recogniser.shared.value) }

    private let recogniser: Recogniser
    private let matcher: DutyMatcher
    let matters: MatterReader
    /// Read once for each duty text.
    private let profiles = Mutex<[String: DutyMatcher.Profile]>([:])

    private init(recogniser: Recogniser) throws {
        let data = try LanguageData.bundled()
        self.recogniser = recogniser
        matcher = try DutyMatcher(data)
        matters = MatterReader(data)
    }

    func read(_ text: String, agency: Int, area: String?, directory: Directory) -> TextReading {
        let danger = recogniser.find(.danger, in: text)
        let misconduct = recogniser.find(.misconduct, in: text)
        let candidates = Candidates(agency: agency, area: area, text: text, directory: directory)
        let profiles = candidates.offices.compactMap(profile)
        let supervisors = Set(profiles.filter(matcher.supervises).map(\.office))
        func matches(_ text: String) -> [TextReading.Match] {
            matcher.matches(text, profiles).map {
                .init(
                    office: $0.office, share: $0.share, words: $0.words, supervises: supervisors.contains($0.office))
            }
        }
        let own = directory.agencies[agency]?.code ?? ""
        return TextReading(
            danger: danger, misconduct: misconduct,
            matches: Self.weighed(matches(text), misconduct: misconduct.isRecognised),
            subjects: subjects(text, matches),
            supervisors: supervisors.filter { $0.hasPrefix(own + "/") }.sorted(),
            alarm: danger.isRecognised
                ? SafetyAlarm(
                    words: danger.words, offices: candidates.dutyOffices(power: danger.kinds.contains("wire")))
                : nil)
    }

    /// What intake read of words that are sealed now: nothing to propose by, but who supervises, and who is to be rung.
    func read(_ signs: TextSigns, agency: Int, area: String?, directory: Directory) -> TextReading {
        let candidates = Candidates(agency: agency, area: area, text: "", directory: directory)
        let own = directory.agencies[agency]?.code ?? ""
        return TextReading(
            danger: .sealed(signs.danger), misconduct: .sealed(signs.misconduct), matches: [], subjects: [],
            supervisors: candidates.offices.compactMap(profile).filter(matcher.supervises).map(\.office)
                .filter { $0.hasPrefix(own + "/") }.sorted(),
            alarm: signs.danger
                ? SafetyAlarm(words: [SafetyAlarm.sealedWords], offices: candidates.dutyOffices(power: signs.power))
                : nil)
    }

    /// Who supervises others gets no ordinary complaint.
    private static func weighed(_ matches: [TextReading.Match], misconduct: Bool) -> [TextReading.Match] {
        let kept = matches.filter { misconduct || !$0.supervises }
        let sum = kept.reduce(0) { $0 + $1.share }
        guard sum > 0 else { return [] }
        return kept.map { match in
            var match = match
            match.share /= sum
            return match
        }
    }

    /// Least share of a sentence's best office for the sentence to be a subject of its own.
    private static let clear = 0.45

    private func subjects(_ text: String, _ matches: (String) -> [TextReading.Match]) -> [TextReading.Match] {
        let parts = text.split { ".,;!?\n".contains($0) }.filter { $0.split(separator: " ").count >= 3 }
        guard parts.count > 1, parts.count <= 12 else { return [] }
        var found: [TextReading.Match] = []
        for part in parts {
            guard let best = matches(String(part)).first(where: { !$0.supervises }), best.share >= Self.clear,
                !best.words.isEmpty, !found.contains(where: { $0.office == best.office })
            else { continue }
            found.append(best)
        }
        return found.count > 1 ? Array(found.prefix(4)) : []
    }

    private func profile(_ office: Directory.Office) -> DutyMatcher.Profile? {
        guard let duties = office.duties else { return nil }
        let key = office.code + "\n" + duties
        if let known = profiles.withLock({ $0[key] }) { return known }
        let profile = matcher.profile(office: office.code, duties: duties)
        profiles.withLock { $0[key] = profile }
        return profile.isEmpty ? nil : profile
    }
}

/// Offices that could get a case of a place.
struct Candidates {
    let offices: [Directory.Office]
    private let agency: Int
    private let area: String?
    private let directory: Directory

    init(agency: Int, area: String?, text: String, directory: Directory) {
        self.agency = agency
        self.area = area
        self.directory = directory
        let words = Set(text.lowercased().split { !$0.isLetter }.map(String.init))
        offices = directory.offices.values.filter { office in
            office.active && office.duties != nil
                && Self.serves(office, agency: agency, area: area, words: words, directory)
        }.sorted { $0.code < $1.code }
    }

    private static func serves(
        _ office: Directory.Office, agency: Int, area: String?, words: Set<String>, _ directory: Directory
    ) -> Bool {
        let territories = directory.jurisdictions.filter { $0.agency == office.agency && $0.office == nil }.map(\.area)
        if let area, !territories.isEmpty, !territories.contains(where: { contains($0, area) }) { return false }
        if office.agency != agency, area == nil, !territories.isEmpty { return false }
        // The own office of a village or district: only for what happens there, or is said to.
        guard let own = office.area, !territories.contains(own) else { return true }
        guard let area, !contains(own, area) else { return area != nil }
        let name = office.name.lowercased().split { !$0.isLetter }.last.map(String.init) ?? ""
        return contains(area, own) && words.contains(name)
    }

    /// Duty officers for a danger: of the place's own government, and of the power company for wires and poles.
    func dutyOffices(power: Bool) -> [String] {
        let owner = area.flatMap { directory.agency(ofArea: $0)?.number } ?? agency
        return directory.offices.values.filter { office in
            guard office.active, office.joined else { return false }
            if office.dangers.contains("any") { return office.agency == owner }
            return power && office.dangers.contains("power")
        }.map(\.code).sorted()
    }

    private static func contains(_ outer: String, _ inner: String) -> Bool {
        inner == outer || inner.hasPrefix(outer + ".")
    }
}
