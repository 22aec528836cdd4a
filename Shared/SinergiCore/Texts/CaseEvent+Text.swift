extension CaseEvent: PlainText {
    /// A step in a few words.
    public var label: Localized {
        switch self {
        case .received: Localized(id: "Laporan diterima", en: "Report received")
        case .verified: Localized(id: "Laporan diperiksa", en: "Report checked")
        case .routed: Localized(id: "Tujuan ditentukan", en: "Destination chosen")
        case .handoffOffered: Localized(id: "Ditawarkan ke kantor lain", en: "Offered to another office")
        case .handoffAccepted: Localized(id: "Diterima untuk ditangani", en: "Accepted")
        case .handoffDeclined: Localized(id: "Bukan kewenangan kantor ini", en: "Declined")
        case .handoffExpired: Localized(id: "Tidak dijawab pada waktunya", en: "Not replied to in time")
        case .arbitrationOpened: Localized(id: "Dibawa ke pemutus", en: "Brought before the arbiter")
        case .arbitrated: Localized(id: "Sudah diputuskan", en: "Decided")
        case .assigned: Localized(id: "Petugas ditunjuk", en: "Officer named")
        case .informationRequested: Localized(id: "Keterangan diminta", en: "Information asked for")
        case .informationGiven: Localized(id: "Keterangan diberikan", en: "Information given")
        case .held: Localized(id: "Ditunda", en: "Put on hold")
        case .resumed: Localized(id: "Dilanjutkan", en: "Taken up again")
        case .extended: Localized(id: "Waktu diperpanjang", en: "Time extended")
        case .answerPublished: Localized(id: "Jawaban diberikan", en: "Answer given")
        case .confirmed: Localized(id: "Pelapor menyatakan selesai", en: "Reporter confirmed")
        case .disputed: Localized(id: "Pelapor menyatakan belum selesai", en: "Reporter disputed")
        case .reopened: Localized(id: "Dibuka lagi", en: "Opened again")
        case .closed: Localized(id: "Laporan ditutup", en: "Report closed")
        case .partDisputed: Localized(id: "Satu bagian dibuka lagi", en: "One part opened again")
        case .appealed: Localized(id: "Keberatan ke kantor di atasnya", en: "Appeal to the office above")
        case .actedFor: Localized(id: "Diambil alih kantor di atasnya", en: "Taken over by the office above")
        case .commitmentDue: Localized(id: "Hari yang dijanjikan tiba", en: "The promised day has come")
        case .dueChanged: Localized(id: "Batas waktu berubah", en: "Due date changed")
        case .externalConsentAsked: Localized(id: "Persetujuan Anda diminta", en: "Your consent is asked for")
        case .externalConsentGiven: Localized(id: "Persetujuan diberikan", en: "Consent given")
        case .externalConsentWithdrawn: Localized(id: "Persetujuan ditarik", en: "Consent taken back")
        case .externalTold: Localized(id: "Diteruskan ke Ombudsman", en: "Taken to the Ombudsman")
        case .objected: Localized(id: "Pelapor keberatan atas tujuan", en: "Reporter objected to the destination")
        case .objectionUpheld: Localized(id: "Keberatan diterima", en: "Objection upheld")
        case .objectionKept: Localized(id: "Tujuan tetap", en: "Destination stays")
        case .merged: Localized(id: "Digabung dengan laporan yang sama", en: "Merged with a like report")
        case .unmerged: Localized(id: "Berdiri sendiri lagi", en: "Stands for itself again")
        case .split: Localized(id: "Dipecah menjadi beberapa laporan", en: "Split into several reports")
        case .unsealed: Localized(id: "Ternyata laporan biasa", en: "An ordinary report after all")
        }
    }

    /// One sentence to the reporter about a step, naming the office that took it; at most 20 words beside the name.
    public func sentence(office: String, in language: Language) -> String {
        sentence(office)[language]
    }

    private func sentence(_ office: String) -> Localized {
        switch self {
        case .received:
            Localized(id: "Laporan Anda sudah diterima \(office).", en: "Your report was received by \(office).")
        case .verified:
            Localized(id: "Laporan Anda sudah diperiksa oleh \(office).", en: "Your report was checked by \(office).")
        case .routed:
            Localized(id: "\(office) menentukan tujuan laporan Anda.", en: "\(office) decided where your report goes.")
        case .handoffOffered:
            Localized(
                id: "Laporan Anda ditawarkan ke \(office). Kami menunggu jawabannya.",
                en: "Your report was offered to \(office). We await its reply.")
        case .handoffAccepted:
            Localized(id: "Laporan Anda sekarang dipegang \(office).", en: "Your report is now held by \(office).")
        case .handoffDeclined:
            Localized(
                id: "\(office) menyatakan bukan kewenangannya. Laporan Anda dialihkan ke kantor lain.",
                en: "\(office) says that it is not in charge. Your report goes to another office.")
        case .handoffExpired:
            Localized(
                id: "\(office) tidak menjawab pada waktunya. Kami mencari penanganan lain.",
                en: "\(office) did not reply in time. We look for another way.")
        case .arbitrationOpened:
            Localized(
                id: "\(office) akan memutuskan siapa yang menangani laporan Anda.",
                en: "\(office) will decide who handles your report.")
        case .arbitrated:
            Localized(
                id: "\(office) sudah memutuskan siapa yang menangani laporan Anda.",
                en: "\(office) has decided who handles your report.")
        case .assigned:
            Localized(
                id: "\(office) sudah menunjuk petugas untuk laporan Anda.",
                en: "\(office) has named an officer for your report.")
        case .informationRequested:
            Localized(
                id: "\(office) meminta keterangan tambahan dari Anda.", en: "\(office) asks you for more information.")
        case .informationGiven:
            Localized(
                id: "Terima kasih atas keterangan Anda. \(office) melanjutkan.",
                en: "Thank you for your information. \(office) goes on.")
        case .resumed:
            Localized(
                id: "\(office) melanjutkan penanganan laporan Anda.",
                en: "\(office) has taken up your report again.")
        case .held:
            Localized(id: "\(office) menunda penanganan laporan Anda.", en: "\(office) has put your report on hold.")
        case .extended:
            Localized(
                id: "\(office) memerlukan waktu lebih lama untuk laporan Anda.",
                en: "\(office) needs more time for your report.")
        case .answerPublished:
            Localized(id: "\(office) sudah menjawab laporan Anda.", en: "\(office) has answered your report.")
        case .confirmed:
            Localized(
                id: "Terima kasih. Anda menyatakan masalahnya sudah selesai.",
                en: "Thank you. You told us that the problem is solved.")
        case .disputed:
            Localized(
                id: "Anda menyatakan masalahnya belum selesai. \(office) menangani lagi.",
                en: "You told us that the problem is not solved. \(office) takes it up again.")
        case .reopened:
            Localized(id: "Laporan Anda dibuka lagi di \(office).", en: "Your report was opened again at \(office).")
        case .closed: Localized(id: "Laporan Anda sudah ditutup.", en: "Your report is closed.")
        case .partDisputed:
            Localized(id: "Bagian \(office) dibuka lagi.", en: "The part of \(office) was opened again.")
        case .appealed:
            Localized(
                id: "Keberatan Anda sekarang ditangani \(office), kantor di atasnya.",
                en: "Your appeal is now handled by \(office), the office above.")
        case .actedFor:
            Localized(
                id: "\(office) mengambil alih, karena kantor yang ditunjuk belum membuka laporan Anda.",
                en: "\(office) has taken over, because the office in charge did not open your report.")
        case .commitmentDue:
            Localized(
                id: "Hari yang dijanjikan tiba. \(office) memeriksa lagi laporan Anda.",
                en: "The promised day has come. \(office) looks at your report again.")
        case .dueChanged:
            Localized(
                id: "Kalender atau aturan berubah, maka batas waktu laporan Anda ikut berubah.",
                en: "A calendar or a rule has changed, and with it the due date of your report.")
        case .externalConsentAsked:
            Localized(
                id: "Batas terakhir lewat. Bolehkah kami meneruskan laporan Anda ke Ombudsman?",
                en: "The last limit has passed. May we take your report to the Ombudsman?")
        case .externalConsentGiven:
            Localized(
                id: "Anda setuju laporan ini diteruskan ke Ombudsman bila perlu.",
                en: "You agreed that this report may go to the Ombudsman if need be.")
        case .externalConsentWithdrawn:
            Localized(
                id: "Anda menarik persetujuan untuk meneruskan laporan ini.",
                en: "You took back your consent to pass this report on.")
        case .externalTold:
            Localized(
                id: "Laporan Anda diteruskan ke Ombudsman dengan persetujuan Anda.",
                en: "Your report was taken to the Ombudsman with your consent.")
        case .objected:
            Localized(
                id: "Keberatan Anda diterima. Petugas \(office) memeriksa tujuannya.",
                en: "We have your objection. An officer of \(office) looks at the destination.")
        case .objectionUpheld:
            Localized(
                id: "\(office) setuju dengan keberatan Anda dan mencari tujuan yang tepat.",
                en: "\(office) agrees with your objection and looks for the right destination.")
        case .objectionKept:
            Localized(
                id: "\(office) sudah memeriksa keberatan Anda. Tujuannya tetap.",
                en: "\(office) has looked at your objection. The destination stays.")
        case .merged:
            Localized(
                id: "\(office) menggabungkan laporan Anda dengan laporan lain yang sama. Anda tetap dikabari.",
                en: "\(office) merged your report with another one of the same matter. You are kept informed.")
        case .unmerged:
            Localized(
                id: "Laporan Anda berdiri sendiri lagi, dipegang \(office).",
                en: "Your report stands for itself again, held by \(office).")
        case .split:
            Localized(
                id: "\(office) memecah laporan Anda: tiap hal kini punya nomor sendiri.",
                en: "\(office) split your report: each matter has a number of its own now.")
        case .unsealed:
            Localized(
                id:
                    "Laporan Anda ternyata laporan biasa dan tidak lagi disegel. Tulis kepada kami bila Anda keberatan.",
                en: "Your report turned out to be an ordinary one, no longer sealed. Write to us if you mind.")
        }
    }
}

extension NextStep: PlainText {
    /// What comes next, as a phrase after "Berikutnya:" or "Next:".
    public var label: Localized {
        switch self {
        case .verify: Localized(id: "petugas memeriksa laporan", en: "an officer checks the report")
        case .acceptHandoff: Localized(id: "kantor tujuan menerima atau menolak", en: "the office accepts or declines")
        case .arbitrate:
            Localized(id: "pemutus menentukan siapa yang menangani", en: "the arbiter decides who handles it")
        case .answer: Localized(id: "kantor pemegang memberi jawaban", en: "the holding office answers")
        case .confirm: Localized(id: "Anda menyatakan selesai atau belum", en: "you say whether it is solved")
        case .reply: Localized(id: "Anda memberi keterangan", en: "you give information")
        }
    }
}
