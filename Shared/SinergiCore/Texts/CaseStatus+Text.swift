extension CaseStatus: PlainText {
    /// Two or three words for lists.
    public var label: Localized {
        switch self {
        case .submitted: Localized(id: "Laporan masuk", en: "Received")
        case .verified: Localized(id: "Sudah diperiksa", en: "Checked")
        case .routed: Localized(id: "Diteruskan", en: "Passed on")
        case .inProgress: Localized(id: "Sedang ditangani", en: "Being handled")
        case .answered: Localized(id: "Sudah dijawab", en: "Answered")
        case .closed: Localized(id: "Selesai", en: "Closed")
        case .needsInformation: Localized(id: "Perlu keterangan Anda", en: "Needs your information")
        case .onHold: Localized(id: "Ditunda", en: "On hold")
        case .inArbitration: Localized(id: "Sedang diputuskan", en: "Being decided")
        case .reopened: Localized(id: "Dibuka lagi", en: "Opened again")
        case .merged: Localized(id: "Digabung", en: "Merged")
        case .archived: Localized(id: "Diarsipkan", en: "Archived")
        }
    }

    /// One sentence for the reporter, at most 20 words.
    public var sentence: Localized {
        switch self {
        case .submitted:
            Localized(
                id: "Laporan Anda sudah kami terima dan akan diperiksa.", en: "We have your report and will check it.")
        case .verified:
            Localized(
                id: "Laporan Anda sudah diperiksa dan akan diteruskan.",
                en: "Your report was checked and will be passed on.")
        case .routed:
            Localized(
                id: "Laporan Anda ditawarkan ke kantor yang berwenang. Kami menunggu jawabannya.",
                en: "Your report was offered to the office in charge. We await its reply.")
        case .inProgress:
            Localized(id: "Sebuah kantor sedang menangani laporan Anda.", en: "An office is working on your report.")
        case .answered:
            Localized(
                id: "Laporan Anda sudah dijawab. Mohon beri tahu kami apakah masalahnya selesai.",
                en: "Your report was answered. Please tell us whether the problem is solved.")
        case .closed: Localized(id: "Laporan Anda sudah ditutup.", en: "Your report is closed.")
        case .needsInformation:
            Localized(
                id: "Kami perlu keterangan tambahan dari Anda.", en: "We need more information from you.")
        case .onHold:
            Localized(
                id: "Penanganan ditunda dengan alasan yang tercatat.", en: "Work is on hold, for a reason on record.")
        case .inArbitration:
            Localized(
                id: "Kantor di atasnya sedang memutuskan siapa yang menangani.",
                en: "A higher office is deciding who will handle it.")
        case .reopened:
            Localized(
                id: "Laporan Anda dibuka lagi karena masalahnya belum selesai.",
                en: "Your report was opened again because the problem is not solved.")
        case .merged:
            Localized(
                id: "Laporan Anda digabung dengan laporan lain tentang hal yang sama.",
                en: "Your report was merged with another about the same thing.")
        case .archived: Localized(id: "Laporan Anda diarsipkan.", en: "Your report was archived.")
        }
    }
}

extension Outcome: PlainText {
    public var label: Localized {
        switch self {
        case .confirmedSolved: Localized(id: "Selesai menurut pelapor", en: "Solved, says the reporter")
        case .closedBySilence:
            Localized(id: "Ditutup tanpa tanggapan pelapor", en: "Closed without the reporter's reply")
        case .answered: Localized(id: "Informasi diberikan", en: "Information given")
        case .noted: Localized(id: "Dicatat", en: "Noted")
        case .committed: Localized(id: "Dijanjikan dengan tanggal", en: "Promised with a date")
        case .referred: Localized(id: "Dirujuk ke lembaga lain", en: "Referred to another body")
        case .lapsedIncomplete: Localized(id: "Gugur karena tidak lengkap", en: "Lapsed as incomplete")
        case .withdrawn: Localized(id: "Ditarik pelapor", en: "Withdrawn by the reporter")
        case .archived: Localized(id: "Diarsipkan", en: "Archived")
        case .merged: Localized(id: "Digabung", en: "Merged")
        }
    }
}

extension Kind: PlainText {
    public var label: Localized {
        switch self {
        case .complaint: Localized(id: "Pengaduan", en: "Complaint")
        case .supervisory: Localized(id: "Pengaduan pengawasan", en: "Complaint about conduct")
        case .whistleblowing: Localized(id: "Pelaporan pelanggaran", en: "Whistle-blowing")
        case .aspiration: Localized(id: "Aspirasi", en: "Suggestion")
        case .information: Localized(id: "Permintaan informasi", en: "Request for information")
        }
    }
}
