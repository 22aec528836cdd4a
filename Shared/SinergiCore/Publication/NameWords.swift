/// Words by which names are told from others. Indonesian, in lower case.
enum NameWords {
    static let addresses = words(
        """
        pak bapak bpk bu ibu sdr sdri saudara saudari mas mbak mbk bang abang kak kakak om tante haji hajah ustadz ustad
        tuan nyonya mr mrs dr drg ir
        """)
    static let introductions = words("bernama nama namanya an oknum")
    /// Between the form of address and the name: other forms, and duties.
    static let skipped =
        addresses.union(introductions)
        .union(
            words(
                """
                h hj kh saya adalah rt rw lurah camat bupati gubernur walikota wali kota kades kepala desa dusun dinas kadis
                sekdes sekda ketua guru dokter bidan perawat polisi tentara satpam petugas pegawai asn pns menteri presiden
                kelurahan kecamatan yth yang terhormat direktur manajer supir sopir mandor
                """))
    /// What follows a form of address without being a name.
    static let common = words(
        """
        tolong mohon saya kami kita jalan lampu air sampah jangan tidak tdk belum sudah agar harap itu ini yang di ke dari
        dan atau kalau jika kapan apa siapa bagaimana ada mau minta sudah orang warga anak hamil rumah kantor loket desa
        kelurahan kecamatan kabupaten kota provinsi pasar sekolah masjid pemerintah terima kasih selamat pagi siang sore malam
        assalamualaikum rahasiakan disembunyikan lengkap kandung rumahtangga pkk jalannya sungai parkir tersebut nya
        """)
    /// Streets and buildings bear persons' names.
    static let places = words(
        """
        jalan jl jln gang gg desa kelurahan kecamatan masjid musholla mushola rsud rs sd sdn smp smpn sma sman pasar stadion
        jembatan bandara pelabuhan perumahan komplek taman gunung pulau pantai simpang terminal dusun
        """)
    static let given = words(
        """
        abdul abdullah adi agung agus agustinus ahmad achmad aisyah ali amir andi andri ani anton ari arif arifin asep astuti
        ayu bambang basuki bayu budi budiman cahyo daniel darmawan dedi deni dewi dian dodi doni edi eko endang erna fadli
        fatimah firman gunawan hadi halimah hartono hasan hasanuddin hendra hendri heri herman heru hidayat husein ibrahim imam
        indra irfan irwan ismail iwan joko joni juliana junaidi karim kartini kurniawan kusuma lestari lina lukman mahmud maria
        marlina maulana mira mohammad muhammad muhamad mulyadi mulyono nana nanang ningsih nugroho nur nurhayati nurul prabowo
        prasetyo pratama purnomo putra putri rachmat rahma rahman rahmat ratna ratih retno ridwan rina rini rizal rizki rosmawati
        rudi rudy rusli saiful samsul santi santoso saputra sari setiawan siti slamet sofyan sri subagyo sudirman sugeng suharti
        suharto sukarno sulaiman sulastri sumarni sunarto supriyadi suryadi susanti susanto susi sutrisno syahrul syamsul taufik
        teguh tini toni tono tri tuti udin umar usman wahyu wahyuni wati wawan wibowo widodo wijaya winarti yanti yanto yohanes
        yuli yuliana yuni yusuf zainal zainuddin zulkifli
        """)

    private static func words(_ text: String) -> Set<String> {
        Set(text.split { $0.isWhitespace }.map(String.init))
    }
}
