import SinergiCore
import Testing

@Suite("Texts for the public")
struct PublicTextTests {
    @Test(
        "telephone numbers are masked, however they are disguised",
        arguments: [
            "0812 3456 7890", "0-8-1-2-3-4-5-6-7-8-9-0", "0.8.1.2.3.4.5.6.7.8", "08 12 34 56 78 90",
            "+62 (812) 3456-7890",
            "nol delapan satu dua tiga empat lima enam tujuh delapan", "noldelapansatuduatigaempatlimaenamtujuh",
            "kosong lapan satu dua tiga empat lima enam tujuh", "nol 8 satu 2 tiga 4 lima 6 tujuh 8",
            "０８１２３４５６７８９０", "٠٨١٢٣٤٥٦٧٨٩٠", "०८१२३४५६७८९०", "⓪⑧①②③④⑤⑥⑦⑧",
            "0️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣0️⃣", "O8l2-3456-789O", "08\u{200B}12\u{200B}3456\u{200B}7890", "0812‑3456‑7890",
            "0812*3456*7890", "62812 3456 789", "0812,3456,7890", "08-12-2034-5678",
        ])
    func phones(_ number: String) {
        let masked = PublicText(masking: "Hubungi saya di \(number) ya, lampu mati.")
        #expect(masked.text == "Hubungi saya di [nomor telepon] ya, lampu mati.")
        #expect(PublicText.neverPublic(in: number) == [.phone])
    }

    @Test(
        "identity numbers, plates and addresses of mail are masked",
        arguments: [
            ("NIK 6409012511900001", PublicText.Found.identity), ("6409 0125 1190 0001", .identity),
            ("KTP: 6409-0125-1190-0001", .identity), ("enam 409012511900001", .identity),
            ("rekening 1234567890", .number),
            ("KT 1234 AB", .plate), ("kt1234ab", .plate), ("motor kt 1234 ab", .plate), ("KT.1.2.3.4.AB", .plate),
            ("ＫＴ １２３４ ＡＢ", .plate), ("mobil plat B 99", .plate),
            ("budi.s@gmail.com", .email), ("budi (at) gmail titik com", .email), ("budi @ gmail . com", .email),
            ("budi gmail com", .email), ("budi＠gmail．com", .email), ("b\u{200D}udi@pemda.go.id", .email),
        ])
    func others(_ text: String, _ found: PublicText.Found) {
        let masked = PublicText(masking: text)
        #expect(masked.found == [found])
        #expect(masked.text.contains(found.mark))
        #expect(PublicText.neverPublic(in: masked.text) == [])
    }

    @Test(
        "names after a form of address or an introduction are masked",
        arguments: [
            ("Pak Budi Santoso minta uang", "Pak [nama] minta uang"),
            ("pak budi petugas loket", "pak [nama] petugas loket"),
            ("Pak Lurah Budi Santoso memukul", "Pak Lurah [nama] memukul"), ("a.n. Siti Aminah", "a.n. [nama]"),
            ("nama saya Rina Wulandari", "nama saya [nama]"), ("oknum bernama joni", "oknum bernama [nama]"),
            ("Kata Agus jalan ditutup", "Kata [nama] jalan ditutup"),
        ])
    func names(_ text: String, _ expected: String) {
        #expect(PublicText(masking: text).text == expected)
    }

    @Test(
        "what identifies nobody stays",
        arguments: [
            "Pak, jalan depan SD di Telemow amblas habis hujan semalam.", "PAK TOLONG JALAN RUSAK",
            "Mohon nama saya jangan sampai diketahui orang kantor itu.", "Jalan Ahmad Yani rusak, Jl. Sudirman juga",
            "Saya diminta 'uang percepatan' Rp150.000 di loket", "Rp1.500.000.000 hilang", "RT 01 RW 02 No 3 blok B 12",
            "Tanggal 20-11-2026 jam 08.15", "2026-11-20 pagi", "tahun 2019 2020 2021", "dua hari tiga malam",
            "Sudah 3 minggu, RT 5 dan RT 6 banjir 40 cm", "di -1.071234, 116.690123", "Ibu saya lansia, 80 tahun",
            "Telepon darurat 112 tidak diangkat", "Sampah di samping Pasar Petung dua minggu tidak diangkut",
        ])
    func harmless(_ text: String) {
        let masked = PublicText(masking: text)
        #expect(masked.text == text)
        #expect(masked.found == [])
    }

    @Test("a text of any signs survives, and what was masked once is not masked again")
    func stable() {
        for text in ["", "\u{0}\u{FFFD}", "👩‍👩‍👧‍👦 0812 3456 7890 👍🏽", "@", "@ @ @", "0", "nol", "a.n.", "pak "] {
            let once = PublicText(masking: text)
            #expect(PublicText(masking: once.text).text == once.text)
        }
        #expect(PublicText(masking: "Budi Budi Budi", limit: 8).text.unicodeScalars.count <= 8)
    }
}
