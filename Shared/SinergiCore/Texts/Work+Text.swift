extension PartRole: PlainText {
    public var label: Localized {
        switch self {
        case .lead: Localized(id: "Penanggung jawab", en: "Lead")
        case .contributor: Localized(id: "Pendukung", en: "Contributor")
        case .monitor: Localized(id: "Pemantau", en: "Monitor")
        case .origin: Localized(id: "Penerima laporan", en: "Receiver")
        case .arbiter: Localized(id: "Pemutus", en: "Arbiter")
        case .party: Localized(id: "Pihak", en: "Party")
        }
    }
}

extension HandoffState: PlainText {
    public var label: Localized {
        switch self {
        case .offered: Localized(id: "Menunggu jawaban", en: "Awaiting reply")
        case .accepted: Localized(id: "Diterima", en: "Accepted")
        case .declined: Localized(id: "Ditolak", en: "Declined")
        case .recalled: Localized(id: "Ditarik kembali", en: "Recalled")
        case .expired: Localized(id: "Lewat waktu", en: "Expired")
        case .arbitrated: Localized(id: "Diputuskan", en: "Decided by the arbiter")
        }
    }
}

extension DeclineReason: PlainText {
    public var label: Localized {
        switch self {
        case .notOurArea: Localized(id: "Bukan wilayah kami", en: "Not our area")
        case .notOurDuty: Localized(id: "Bukan tugas kami", en: "Not our duty")
        case .other: Localized(id: "Alasan lain", en: "Another reason")
        }
    }
}

extension AnswerState: PlainText {
    public var label: Localized {
        switch self {
        case .draft: Localized(id: "Konsep", en: "Draft")
        case .approved: Localized(id: "Disetujui", en: "Approved")
        case .returned: Localized(id: "Dikembalikan", en: "Returned")
        case .published: Localized(id: "Diterbitkan", en: "Published")
        }
    }
}

extension Role: PlainText {
    public var label: Localized {
        switch self {
        case .triage: Localized(id: "Pemilah laporan", en: "Triage")
        case .handler: Localized(id: "Petugas", en: "Handler")
        case .liaison: Localized(id: "Pejabat penghubung", en: "Liaison")
        case .supervisor: Localized(id: "Atasan", en: "Supervisor")
        case .head: Localized(id: "Kepala", en: "Head")
        case .arbiter: Localized(id: "Pemutus", en: "Arbiter")
        case .auditor: Localized(id: "Pemeriksa", en: "Auditor")
        case .admin: Localized(id: "Pengelola", en: "Administrator")
        case .developer: Localized(id: "Pengembang", en: "Developer")
        case .service: Localized(id: "Layanan", en: "Service")
        }
    }
}

extension ClockStep: PlainText {
    public var label: Localized {
        switch self {
        case .verify: Localized(id: "Pemeriksaan", en: "Check")
        case .information: Localized(id: "Keterangan pelapor", en: "Reporter's information")
        case .hold: Localized(id: "Penundaan", en: "Hold")
        case .firstAnswer: Localized(id: "Jawaban pertama", en: "First answer")
        case .resolve: Localized(id: "Penyelesaian", en: "Resolution")
        case .reporterReply: Localized(id: "Tanggapan pelapor", en: "Reporter's reply")
        case .officeReply: Localized(id: "Balasan kantor", en: "Office's reply")
        case .offerUnit: Localized(id: "Jawaban unit atas tawaran", en: "Unit's reply to an offer")
        case .offerAgency: Localized(id: "Jawaban instansi atas tawaran", en: "Agency's reply to an offer")
        case .holder: Localized(id: "Mendapat pemegang", en: "Finding a holder")
        case .arbitration: Localized(id: "Putusan", en: "Decision")
        case .advice: Localized(id: "Saran para pihak", en: "Parties' advice")
        case .part: Localized(id: "Bagian kantor", en: "Office's part")
        case .open: Localized(id: "Membuka laporan", en: "Opening the report")
        case .commitment: Localized(id: "Janji", en: "Commitment")
        }
    }
}
