public import HTTPTypes
public import SinergiCore

/// Every problem of contract.md, with the sentence that it usually carries.
extension Problem {
    // MARK: 400

    public static let malformedJSON = Problem(
        status: .badRequest, code: "malformed_json", title: Localized(id: "JSON tidak terbaca", en: "Unreadable JSON"),
        detail: Localized(id: "Kirim JSON yang sah dalam UTF-8.", en: "Send valid JSON in UTF-8."))
    public static let malformedRequest = Problem(
        status: .badRequest, code: "malformed_request",
        title: Localized(id: "Permintaan tidak terbaca", en: "Unreadable request"),
        detail: Localized(
            id: "Periksa alamat dan kepala permintaan.", en: "Check the address and headers of the request."))

    // MARK: 401 and 403

    public static let invalidToken = Problem(
        status: .unauthorized, code: "invalid_token", title: Localized(id: "Token tidak sah", en: "Invalid token"),
        detail: Localized(id: "Masuk lagi atau kirim token yang sah.", en: "Log in again or send a valid token."),
        headers: [.wwwAuthenticate: "Bearer"])
    public static let tokenExpired = Problem(
        status: .unauthorized, code: "token_expired", title: Localized(id: "Token kedaluwarsa", en: "Token expired"),
        detail: Localized(id: "Masuk lagi untuk mendapat token baru.", en: "Log in again to get a new token."),
        headers: [.wwwAuthenticate: "Bearer"])
    public static let invalidAccessKey = Problem(
        status: .unauthorized, code: "invalid_access_key",
        title: Localized(id: "Kunci akses salah", en: "Wrong access key"),
        detail: Localized(
            id: "Periksa kode pelacakan dan kunci akses Anda.", en: "Check your tracking code and access key."),
        headers: [.wwwAuthenticate: "Bearer"])
    public static let wrongAgency = Problem(
        status: .forbidden, code: "wrong_agency", title: Localized(id: "Instansi lain", en: "Another agency"),
        detail: Localized(
            id: "Token ini milik instansi lain. Pakai alamat instansi Anda.",
            en: "This token is of another agency. Use your own agency's address."))
    public static let insufficientRole = Problem(
        status: .forbidden, code: "insufficient_role", title: Localized(id: "Peran tidak cukup", en: "Role missing"),
        detail: Localized(
            id: "Peran Anda belum mengizinkan ini. Hubungi admin instansi Anda.",
            en: "Your role does not allow this. Ask your agency's admin."))
    public static let fourEyes = Problem(
        status: .forbidden, code: "four_eyes", title: Localized(id: "Perlu orang kedua", en: "Second person needed"),
        detail: Localized(
            id: "Penyusun jawaban tidak boleh menyetujuinya. Minta rekan Anda.",
            en: "Who drafted an answer may not approve it. Ask a colleague."))
    public static let invalidForm = Problem(
        status: .forbidden, code: "invalid_form", title: Localized(id: "Formulir kedaluwarsa", en: "Form expired"),
        detail: Localized(
            id: "Formulir ini sudah tidak berlaku. Muat ulang halaman lalu kirim lagi.",
            en: "This form is no longer valid. Reload the page and send it again."))

    // MARK: 404 to 415

    public static let notFound = Problem(
        status: .notFound, code: "not_found", title: Localized(id: "Tidak ditemukan", en: "Not found"),
        detail: Localized(
            id: "Alamat ini tidak ada, atau Anda tidak punya bagian di dalamnya.",
            en: "This address does not exist, or you have no part in it."))
    public static func methodNotAllowed(allow: [HTTPRequest.Method]) -> Problem {
        let methods = allow.map(\.rawValue).joined(separator: ", ")
        return Problem(
            status: .methodNotAllowed, code: "method_not_allowed",
            title: Localized(id: "Metode tidak didukung", en: "Method not allowed"),
            detail: Localized(id: "Di alamat ini hanya \(methods).", en: "Only \(methods) at this address."),
            headers: [.allow: methods])
    }
    public static let notAcceptable = Problem(
        status: .notAcceptable, code: "not_acceptable",
        title: Localized(id: "Bentuk jawaban tidak tersedia", en: "Not acceptable"),
        detail: Localized(id: "Mintalah application/json.", en: "Ask for application/json."))
    public static let requestTimeout = Problem(
        status: .requestTimeout, code: "request_timeout", title: Localized(id: "Terlalu lama", en: "Too slow"),
        detail: Localized(
            id: "Permintaan tidak lengkap pada waktunya. Coba lagi.",
            en: "The request took too long to arrive. Try again."), headers: [.connection: "close"])
    public static func tooLarge(limit: Int) -> Problem {
        Problem(
            status: .contentTooLarge, code: "too_large", title: Localized(id: "Terlalu besar", en: "Too large"),
            detail: Localized(id: "Paling banyak \(limit) bita.", en: "At most \(limit) bytes."))
    }
    public static func unsupportedMediaType(_ accepted: [String] = ["application/json"]) -> Problem {
        let types = accepted.joined(separator: ", ")
        return Problem(
            status: .unsupportedMediaType, code: "unsupported_media_type",
            title: Localized(id: "Jenis isi tidak didukung", en: "Unsupported media type"),
            detail: Localized(id: "Kirim Content-Type \(types).", en: "Send Content-Type \(types)."),
            headers: [.accept: types])
    }

    // MARK: 409, 412, 428

    public static func wrongState(current: JSONValue? = nil) -> Problem {
        Problem(
            status: .conflict, code: "wrong_state", title: Localized(id: "Keadaan tidak sesuai", en: "Wrong state"),
            detail: Localized(
                id: "Langkah ini tidak mungkin pada keadaan sekarang. Muat ulang.",
                en: "This step is not possible in the present state. Reload."), current: current)
    }
    public static func handoffAlreadyDecided(current: JSONValue? = nil) -> Problem {
        Problem(
            status: .conflict, code: "handoff_already_decided",
            title: Localized(id: "Penyerahan sudah diputuskan", en: "Handoff already decided"),
            detail: Localized(
                id: "Penyerahan ini sudah dijawab. Muat ulang.", en: "This handoff was answered already. Reload."),
            current: current)
    }
    public static let idempotencyInProgress = Problem(
        status: .conflict, code: "idempotency_in_progress",
        title: Localized(id: "Masih diproses", en: "Still in progress"),
        detail: Localized(
            id: "Permintaan pertama dengan kunci ini masih diproses. Coba lagi sebentar.",
            en: "The first request with this key is still in progress. Try again shortly."),
        headers: [.retryAfter: "1"])
    public static func changedMeanwhile(current: JSONValue? = nil) -> Problem {
        Problem(
            status: .preconditionFailed, code: "changed_meanwhile",
            title: Localized(id: "Sudah berubah", en: "Changed meanwhile"),
            detail: Localized(
                id: "Data ini berubah sejak Anda membacanya. Muat ulang lalu ulangi.",
                en: "This changed since you read it. Reload and repeat."), current: current)
    }
    public static let ifMatchRequired = Problem(
        status: .preconditionRequired, code: "if_match_required",
        title: Localized(id: "If-Match wajib", en: "If-Match required"),
        detail: Localized(id: "Kirim If-Match dengan ETag terakhir.", en: "Send If-Match with the latest ETag."))

    // MARK: 422

    /// - Parameter errors: At least one.
    public static func validation(_ errors: [FieldError]) -> Problem {
        Problem(
            status: .unprocessableContent, code: "validation",
            title: Localized(id: "Isian belum benar", en: "Some fields are wrong"),
            detail: Localized(
                id: "Perbaiki isian yang disebut lalu kirim lagi.", en: "Correct the fields named and send again."),
            errors: errors)
    }
    /// One wrong field.
    public static func invalid(_ pointer: String, _ code: String, _ detail: Localized? = nil) -> Problem {
        .validation([FieldError(pointer: pointer, code: code, detail: detail)])
    }
    public static let idempotencyKeyReused = Problem(
        status: .unprocessableContent, code: "idempotency_key_reused",
        title: Localized(id: "Kunci sudah dipakai", en: "Key already used"),
        detail: Localized(
            id: "Kunci ini sudah dipakai untuk isi lain. Pakai kunci baru.",
            en: "This key was used for another body. Use a new key."))

    // MARK: 429, 500, 503

    public static func rateLimited(retryAfter seconds: Int) -> Problem {
        Problem(
            status: .tooManyRequests, code: "rate_limited",
            title: Localized(id: "Terlalu sering", en: "Too many requests"),
            detail: Localized(
                id: "Tunggu \(seconds) detik lalu coba lagi.", en: "Wait \(seconds) seconds and try again."),
            headers: [.retryAfter: String(seconds)])
    }
    public static let overloaded = Problem(
        status: .serviceUnavailable, code: "overloaded", title: Localized(id: "Sedang penuh", en: "Overloaded"),
        detail: Localized(
            id: "Layanan sedang penuh. Coba lagi sebentar.", en: "The service is full at the moment. Try again shortly."
        ),
        headers: [.retryAfter: "1"])
    public static let databaseUnavailable = Problem(
        status: .serviceUnavailable, code: "database_unavailable",
        title: Localized(id: "Data belum dapat dijangkau", en: "Database unavailable"),
        detail: Localized(
            id: "Data belum dapat dijangkau. Coba lagi sebentar.",
            en: "The database cannot be reached. Try again shortly."),
        headers: [.retryAfter: "2"])
    public static let `internal` = Problem(
        status: .internalServerError, code: "internal", title: Localized(id: "Kesalahan sistem", en: "Internal error"),
        detail: Localized(
            id: "Terjadi kesalahan pada sistem. Coba lagi, lalu laporkan nomor ini.",
            en: "Something went wrong on our side. Try again, then report this number."))
}
