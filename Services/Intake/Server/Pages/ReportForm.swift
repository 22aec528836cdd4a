import Foundation
import ServiceKit
import SinergiCore
import Tenancy

/// The report form as it was filled in, so that nothing typed is lost when something is wrong.
struct ReportForm: Sendable {
    /// Made with the empty form: a second tap on "send" or a reload of the receipt is the same report.
    let id: String
    private let values: [String: String]
    /// Every answer to a question that takes several, by the field's name.
    private let several: [String: [String]]

    /// Fields of the page itself, which are no part of a complaint.
    private static let own: Set<String> = ChallengePage.fields.union([CSRF.field, "form_id", "step"])

    /// An empty form.
    init(language: Language) {
        id = UUID.v7().text
        values = ["language": language.rawValue, "kind": Kind.complaint.rawValue]
        several = [:]
    }

    init(_ form: FormBody) {
        // A form without a proper id is no repeat of anything.
        id = (form["form_id"].flatMap(UUID.init(uuidString:)) ?? UUID.v7()).text
        values = Dictionary(
            form.fields.filter { !Self.own.contains($0.name) }.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        several = Dictionary(
            grouping: form.fields.filter { $0.name.hasPrefix("attributes.") && !$0.value.isEmpty }, by: \.name
        ).mapValues { $0.map(\.value) }
    }

    /// As a body of the API; `reporter.name` is the member `name` of `reporter`.
    var body: JSONValue {
        var body = JSONObject()
        var nested = ["reporter": JSONObject()]
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
            guard parts.count == 2, ["reporter", "accused", "attributes"].contains(parts[0]) else {
                body[name] = .string(value)
                continue
            }
            let answers = several[name] ?? []
            nested[parts[0], default: JSONObject()][parts[1]] =
                answers.count > 1 ? .array(answers.map(JSONValue.string)) : .string(value)
        }
        for (name, members) in nested.sorted(by: { $0.key < $1.key }) { body[name] = .object(members) }
        return .object(body)
    }

    /// Everything typed, for a page between the form and its sending.
    var hidden: [[String: String]] {
        values.sorted { $0.key < $1.key }.filter { several[$0.key] == nil }.map { ["name": $0.key, "value": $0.value] }
            + several.sorted { $0.key < $1.key }.flatMap { name, all in all.map { ["name": name, "value": $0] } }
    }

    /// By which a second sending of the same form is known.
    var hash: [UInt8] {
        let all = values.mapValues { [$0] }.merging(several) { $1 }
        let text = all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.joined(separator: "\u{1}"))" }
            .joined(separator: "\0")
        return Fingerprint.bytes(Array(text.utf8))
    }

    func model(
        directory: Directory, areas: [AreaFinder.Area], agency: AgencyScope, _ problem: Problem?, _ language: Language
    ) -> [String: Any] {
        var model: [String: Any] = [
            "form_id": id, "agency_code": agency.code,
            "agency_name": directory.agencies[agency.number]?.name ?? agency.code,
            "value": Dictionary(values.map { ($0.key.replacing(".", with: "_"), $0.value) }, uniquingKeysWith: { $1 }),
            "categories": categories(directory, language), "areas": areas.map(option),
            "has_areas": !areas.isEmpty, "kinds": Kind.allCases.map { kind(option: $0, language) },
            "checked": ["anonymous": values["anonymous"] != nil, "confidential": values["confidential"] != nil],
            "languages": Language.allCases.map {
                [
                    "code": $0.rawValue, "name": $0 == .id ? "Bahasa Indonesia" : "English",
                    "selected": values["language"] == $0.rawValue,
                ]
                    as [String: Any]
            },
        ]
        model["accused_offices"] = directory.offices.values.filter {
            $0.agency == agency.number && $0.active && $0.isUnit
        }
        .sorted { $0.name < $1.name }.map {
            ["code": $0.code, "name": $0.name, "selected": values["accused.office"] == $0.code] as [String: Any]
        }
        model["accuses"] = !(values["accused.office"] ?? "").isEmpty || !(values["accused.person_text"] ?? "").isEmpty
        let questions = QuestionFields(
            questions: directory.questions(of: values["category"]), language: language, problem: problem)
        model["questions"] = questions.model { several["attributes.\($0)"] ?? [] }
        model["has_questions"] = !questions.questions.isEmpty
        guard let problem else { return model }
        model["problem"] = problem.detail[language]
        var errors: [String: String] = [:]
        for error in problem.errors { errors[Self.field(error.pointer)] = error.detail[language] }
        model["error"] = errors
        model["errors"] = problem.errors.map { ["field": Self.field($0.pointer), "detail": $0.detail[language]] }
        // Another text under the same form: a fresh id lets the next try through.
        if problem.code == Problem.idempotencyKeyReused.code { model["form_id"] = UUID.v7().text }
        return model
    }

    /// `#/reporter/phone` → `reporter_phone`, the id of the input.
    private static func field(_ pointer: String) -> String { String(pointer.dropFirst(2)).replacing("/", with: "_") }

    private func categories(_ directory: Directory, _ language: Language) -> [[String: Any]] {
        let all = directory.categories.values.filter(\.active).sorted { $0.code < $1.code }
        func name(_ category: Directory.Category) -> String { language == .id ? category.nameID : category.nameEN }
        return all.filter { $0.parent == nil }.compactMap { group in
            let options = all.filter { $0.parent == group.code }.map { category in
                ["code": category.code, "name": name(category), "selected": values["category"] == category.code]
                    as [String: Any]
            }
            return options.isEmpty ? nil : ["name": name(group), "options": options]
        }
    }

    private func option(_ area: AreaFinder.Area) -> [String: Any] {
        ["code": area.code, "name": area.name, "selected": values["area_code"] == area.code]
    }

    private func kind(option kind: Kind, _ language: Language) -> [String: Any] {
        ["code": kind.rawValue, "name": KindNames.name(kind)[language], "selected": values["kind"] == kind.rawValue]
    }
}

/// Kinds in words that people use.
enum KindNames {
    static func name(_ kind: Kind) -> Localized {
        switch kind {
        case .complaint: Localized(id: "Pengaduan", en: "Complaint")
        case .supervisory:
            Localized(id: "Pengaduan perilaku petugas (rahasia)", en: "Misconduct of officials (confidential)")
        case .whistleblowing: Localized(id: "Pelaporan pelanggaran (rahasia)", en: "Whistle-blowing (confidential)")
        case .aspiration: Localized(id: "Aspirasi atau usul", en: "Suggestion")
        case .information: Localized(id: "Permintaan informasi", en: "Request for information")
        }
    }
}
