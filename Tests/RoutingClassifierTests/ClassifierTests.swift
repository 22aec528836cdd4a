import Foundation
import Testing

@testable import RoutingClassifier

@Suite("Classifier")
struct ClassifierTests {
    /// Three offices and the own village of each place, in a few wordings.
    static func cases() -> [LabelledComplaint] {
        let wordings: [(String, [String])] = [
            (
                "Dinas Lingkungan Hidup",
                [
                    "sampah menumpuk belum diangkut", "truk sampah tidak lewat", "tps penuh bau sampah",
                    "buang sampah liar",
                ]
            ),
            (
                "Dinas Pekerjaan Umum",
                ["jalan berlubang parah", "aspal rusak bergelombang", "jalan amblas di tikungan", "paving hancur"]
            ),
            (
                "Dinas Kependudukan",
                ["ktp belum jadi", "kartu keluarga salah nama", "akta kelahiran lama terbit", "nik tidak ditemukan"]
            ),
        ]
        let villages = ["Melati", "Kenanga", "Mawar", "Dahlia"]
        var rows: [LabelledComplaint] = []
        for round in 0..<6 {
            for (office, texts) in wordings {
                for (number, text) in texts.enumerated() {
                    let place = villages[(round + number) % 3]
                    rows.append(
                        .init(
                            complaint: Complaint(
                                text: "\(text) nomor \(round) tolong", village: place, district: "Timur"),
                            office: office))
                }
            }
            for village in villages.prefix(3) {
                rows.append(
                    .init(
                        complaint: Complaint(
                            text: "pak rt minta iuran kampung \(round), surat pengantar rw susah", village: village,
                            district: "Timur"),
                        office: "Kelurahan \(village)"))
            }
        }
        return rows
    }

    static func classifier() throws -> Classifier {
        let data = try LanguageData.bundled()
        let model = try ModelTrainer(data: data).train(cases(), version: "test", at: Date(timeIntervalSince1970: 0))
        return Classifier(model: model, data: data)
    }

    @Test(
        "slang, misspelling and abbreviations find the office",
        arguments: [
            ("smpah blm di angkut2 pak, bauuuu bgt", "Dinas Lingkungan Hidup"),
            ("jln dpn rmh sy bolong2 parah", "Dinas Pekerjaan Umum"),
            ("KTP-el ane ga jadi2 min, udah 3 bln", "Dinas Kependudukan"),
        ])
    func slang(text: String, office: String) throws {
        let said = try Self.classifier().classify(Complaint(text: text, village: "Mawar", district: "Timur"))
        #expect(said.ranked.first?.office == office)
    }

    @Test("a village matter goes to that village's office, even if the office never had a case")
    func ownVillage() throws {
        let classifier = try Self.classifier()
        for village in ["Melati", "Dahlia"] {
            let said = classifier.classify(
                Complaint(text: "iuran kampung dari pak rt, surat pengantar rw", village: village, district: "Timur"))
            #expect(said.ranked.first?.office == "Kelurahan \(village)")
        }
    }

    @Test("without a place no village office is named")
    func noPlace() throws {
        let said = try Self.classifier().classify(Complaint(text: "iuran kampung dari pak rt, surat pengantar rw"))
        #expect(!said.ranked.contains { $0.office.hasPrefix("Kelurahan") })
        #expect(abs(said.ranked.reduce(0) { $0 + $1.probability } - 1) < 1e-6)
    }

    @Test("an explanation names the reporter's own words")
    func evidence() throws {
        let classifier = try Self.classifier()
        let complaint = Complaint(
            text: "Selamat pagi, smpah menumpuk di depan rumah", village: "Mawar", district: "Timur")
        let evidence = classifier.evidence(for: "Dinas Lingkungan Hidup", in: complaint)
        let first = try #require(evidence.first)
        #expect(first.text.contains("smpah") || first.text.contains("menumpuk"))
        #expect(first.weight > 0)
    }

    @Test("the same cases give the same model")
    func deterministic() throws {
        let data = try LanguageData.bundled()
        let models = try (0..<2).map { _ in
            try ModelTrainer(data: data).train(Self.cases(), version: "test", at: Date(timeIntervalSince1970: 0))
                .encoded()
        }
        #expect(models[0] == models[1])
    }

    @Test("too few cases are refused")
    func tooFew() throws {
        let data = try LanguageData.bundled()
        #expect(throws: ClassifierError.tooFewRows(3)) {
            try ModelTrainer(data: data).train(
                Array(Self.cases().prefix(3)), version: "test", at: Date(timeIntervalSince1970: 0))
        }
    }

    @Test("one office alone is no crash")
    func oneOffice() throws {
        let data = try LanguageData.bundled()
        let rows = (0..<30).map { LabelledComplaint(complaint: Complaint(text: "jalan rusak \($0)"), office: "A") }
        let model = try ModelTrainer(data: data).train(rows, version: "test", at: Date(timeIntervalSince1970: 0))
        let said = Classifier(model: model, data: data).classify(Complaint(text: "jalan rusak"))
        #expect(said.ranked.map(\.office) == ["A"])
    }

    @Test("odd texts are read: empty, emoji, four-byte letters, huge, broken places")
    func oddTexts() throws {
        let classifier = try Self.classifier()
        for text in ["", "🙏🙏", "𝕁𝕒𝕝𝕒𝕟 rusak", String(repeating: "a", count: 200_000), "\u{0}\u{FFFD} é ñ 水", "…—“”"] {
            let said = classifier.classify(
                Complaint(text: text, point: .init(latitude: .nan, longitude: .infinity)))
            #expect(said.ranked.allSatisfy { $0.probability.isFinite })
        }
    }
}
