import Testing

@testable import RoutingClassifier

/// Texts of our own beside those of product.md's story F.
@Suite("Matters")
struct MatterReaderTests {
    private static let reader = try? MatterReader(.bundled())

    private static func code(_ text: String, category: String? = nil) throws -> String? {
        try #require(reader).read(text, category: category).code
    }

    @Test(
        "no water is recognised however it is put",
        arguments: [
            "Air PDAM mati dari subuh di Nenang.", "aer ga ngalir pak di nipah2 dr jam 4",
            "Kemarin keruh, sekarang mati total", "Kran kering, di rumah ada bayi",
            "PDAM mati lagi?? sdh 3x bulan ini", "Mushola tidak ada air wudhu",
            "ledeng gak keluar sm skali sejak td malam", "Mohon info pak, air tdk mengalir di RT 04 Petung",
            "banyu ora mili blas", "airnya blm nyala jg sampe skrg", "Tandon kosong, PDAM tidak jalan dari kemarin",
            "gabisa mandi, keran kering kerontang", "Sudah dua hari ga ada air di perumahan kami",
            "air cuma netes dikit, tolong dicek", "AIR MATI WOYYYY", "Tidak bisa mandi mau berangkat kerja, air habis",
            "sejak jam 3 pagi kran di rumah tidak keluar apa-apa", "Perumda ini gimana, air macet terus tiap sabtu",
            "anak saya mau sekolah ga bisa mandi", "Air ledeng di gang mawar stop dari semalam",
        ])
    func noWater(text: String) throws { #expect(try Self.code(text) == "water.outage") }

    @Test(
        "what only sounds like it stays out",
        arguments: [
            "Tagihan air saya naik tiga kali lipat", "Meteran air saya hilang", "Selokan meluap ke rumah",
            "Lampu jalan mati depan kantor PDAM", "Meteran air mati, angkanya tidak jalan",
            "Mau pasang baru sambungan PDAM berapa biayanya?", "Kucing mati di got, baunya minta ampun",
            "Ikan mati di sungai, airnya hitam", "Listrik mati dari subuh",
            "Loket PDAM tutup terus, mau bayar tidak bisa",
            "Air hujan menggenang di jalan poros", "Jalan depan kantor PDAM berlubang besar",
            "Petugas PDAM bongkar aspal lalu ditinggal begitu saja", "Pohon mati hampir roboh dekat tandon desa",
        ])
    func decoys(text: String) throws {
        #expect(try Self.code(text) != "water.outage")
        // Whatever the form said: people choose the nearest category that there is.
        #expect(try Self.code(text, category: "roads.damage") != "water.outage")
    }

    @Test(
        "the decoys of the story stay out though the form called them no water",
        arguments: [
            "Tagihan air saya naik tiga kali lipat", "Meteran air saya hilang", "Selokan meluap ke rumah",
        ])
    func mislabelled(text: String) throws { #expect(try Self.code(text, category: "water.outage") == nil) }

    @Test(
        "other matters have their own words",
        arguments: [
            ("Listrik padam satu kecamatan sejak magrib", "power.outage"),
            ("Sampah numpuk di TPS, sudah seminggu tidak diangkut", "waste.collection"),
            ("Rumah kami terendam, air sudah selutut", "drainage.flood"),
            ("Asap pekat, anak-anak sesak napas", "environment"),
            ("sinyal hilang total se-desa", "communication"),
        ])
    func others(text: String, code: String) throws { #expect(try Self.code(text) == code) }

    @Test(
        "a category that is no such matter counts as it was chosen; the form's own counts where nothing speaks against it"
    )
    func categories() throws {
        #expect(try Self.code("Jalan berlubang di depan SD", category: "roads.damage") == "roads.damage")
        #expect(try Self.code("Tolong, sudah dari subuh begini terus", category: "water.outage") == "water.outage")
        #expect(try Self.code("Selamat pagi, mau tanya jadwal", category: "other.other") == nil)
    }

    @Test("words are written as they usually are")
    func words() throws {
        let reader = try #require(Self.reader)
        #expect(
            reader.read("aer ga ngalir", category: nil).words == reader.read("Air tidak ngalir!", category: nil).words)
    }
}
