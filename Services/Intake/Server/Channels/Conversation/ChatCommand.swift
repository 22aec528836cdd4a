/// Words that steer a conversation, in both languages. Case and punctuation do not matter.
enum ChatCommand: Sendable, Hashable {
    case yes, no, change, skip, resume, cancel, help, stop, secret, anonymous, greeting, thanks
    case english, indonesian
    /// `status`, with the code where there is one.
    case status(String?)

    init?(_ text: String) {
        let words = TextWords.of(text)
        // "status" and a code of four groups, each of which may look like a doubled word ("qxat2").
        guard let first = words.first, words.count <= 9, text.split(whereSeparator: \.isWhitespace).count <= 5 else {
            return nil
        }
        if first == "status" || first == "cek" || first == "lacak" || first == "track" {
            // The code as it was typed: its hyphens part it into words.
            let rest = text.split(whereSeparator: \.isWhitespace).dropFirst().joined()
            // "Status jalan rusak" is a complaint.
            guard rest.isEmpty || rest.contains(where: \.isNumber) else { return nil }
            self = .status(rest.isEmpty ? nil : rest)
            return
        }
        guard let command = Self.phrases[words.joined(separator: " ")] else { return nil }
        self = command
    }

    private static let phrases: [String: ChatCommand] = {
        let table: [(ChatCommand, String)] = [
            (.yes, "ya,y,iya,iyaa,ok,oke,okay,betul,benar,setuju,kirim,yes,yep,send,sudah benar,ya kirim,ya benar"),
            (.no, "tidak,tdk,gak,ga,nggak,enggak,bukan,no,nope,belum"),
            (.change, "ubah,ganti,ulang,ulangi,perbaiki,change,edit"),
            (
                .skip,
                "lewat,lewati,skip,tidak ada,tdk ada,gak ada,ga ada,nggak ada,tanpa foto,none,no photo,tidak tahu,tidak tau"
            ),
            (.resume, "lanjut,lanjutkan,teruskan,continue,resume"),
            (.cancel, "batal,batalkan,cancel,gak jadi,ga jadi,tidak jadi"),
            (.help, "bantuan,help,info,menu,petunjuk,tolong bantu"),
            (.stop, "stop,berhenti,unsubscribe,unreg,keluar"),
            (.secret, "rahasia,secret,confidential"), (.anonymous, "anonim,anonymous,tanpa nama"),
            (
                .greeting,
                "halo,hallo,hai,hi,hello,hey,p,ping,min,admin,pagi,siang,sore,malam,selamat pagi,selamat siang,selamat sore,"
                    + "selamat malam,assalamualaikum,assalamu alaikum,permisi,lapor,mau lapor,saya mau lapor,test,tes,good morning,mulai,start"
            ),
            (.thanks, "terima kasih,makasih,terimakasih,trims,trimakasih,thanks,thank you,mksh,tks,suwun"),
            (.english, "english,en,inggris,bahasa inggris"), (.indonesian, "indonesia,id,bahasa indonesia,bahasa"),
        ]
        return Dictionary(
            table.flatMap { command, list in list.split(separator: ",").map { (String($0), command) } },
            uniquingKeysWith: { first, _ in first })
    }()
}

/// Texts as lists of small words: what is compared with phrases and names.
enum TextWords {
    /// `nipah2` and `nipah-nipah` are the same two words; everything but letters and digits parts words.
    static func of(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.flatMap { word -> [String] in
            if word.count > 2, word.last == "2", word.dropLast().allSatisfy(\.isLetter) {
                return [String(word.dropLast()), String(word.dropLast())]
            }
            return [String(word)]
        }
    }
}
