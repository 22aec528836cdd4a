import CCurl

/// One connection to the mail server, kept open between messages.
///
/// libcurl blocks; the actor's own executor keeps that away from everybody else.
actor SMTPLine {
    private let executor: BlockingExecutor
    private let server: SMTPServer
    private let curl: CurlHandle

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Returns: `nil` when libcurl has no memory left.
    init?(server: SMTPServer, name: String) {
        guard let curl = CurlHandle() else { return nil }
        self.curl = curl
        self.server = server
        executor = BlockingExecutor(label: name)
    }

    /// Hands in one mail and waits for the server's word on it.
    func send(_ mail: MailMessage) -> Outcome {
        curl.send(mail.wire, from: mail.from.text, to: mail.to.text, by: server)
    }
}

/// A libcurl transfer with its connection; used by one line only.
private final class CurlHandle {
    private let handle: UnsafeMutableRawPointer
    private static let ready = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init?() {
        guard Self.ready, let handle = curl_easy_init() else { return nil }
        self.handle = handle
    }

    deinit {
        curl_easy_cleanup(handle)
    }

    func send(_ bytes: [UInt8], from: String, to: String, by server: SMTPServer) -> Outcome {
        guard let recipients = curl_slist_append(nil, "<\(to)>") else { return .failed("no memory") }
        defer { curl_slist_free_all(recipients) }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CURL_ERROR_SIZE)) { message in
            message.initialize(repeating: 0)
            return bytes.withUnsafeBytes { raw in
                var upload = sinergi_upload(
                    bytes: raw.bindMemory(to: CChar.self).baseAddress, length: raw.count, offset: 0)
                // Options survive on the handle, the connection too; everything that a mail has of its own is set anew.
                curl_easy_reset(handle)
                prepare(server)
                sinergi_curl_set_string(handle, CURLOPT_MAIL_FROM, "<\(from)>")
                sinergi_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients)
                sinergi_curl_set_buffer(handle, CURLOPT_ERRORBUFFER, message.baseAddress)
                return withUnsafeMutablePointer(to: &upload) { upload in
                    sinergi_curl_set_upload(handle, upload)
                    let code = curl_easy_perform(handle)
                    sinergi_curl_set_buffer(handle, CURLOPT_ERRORBUFFER, nil)
                    return outcome(code, message: String(cString: Array(message)))
                }
            }
        }
    }

    private func prepare(_ server: SMTPServer) {
        sinergi_curl_set_string(handle, CURLOPT_URL, server.url)
        sinergi_curl_set_string(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        if let user = server.user {
            sinergi_curl_set_string(handle, CURLOPT_USERNAME, user)
            sinergi_curl_set_string(handle, CURLOPT_PASSWORD, server.password ?? "")
        }
        let protection = server.protection == .required ? CURLUSESSL_ALL : CURLUSESSL_TRY
        sinergi_curl_set_long(handle, CURLOPT_USE_SSL, Int(protection.rawValue))
        sinergi_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        sinergi_curl_set_long(handle, CURLOPT_CONNECTTIMEOUT, 5)
        sinergi_curl_set_long(handle, CURLOPT_TIMEOUT, 30)
        sinergi_curl_set_long(handle, CURLOPT_TCP_KEEPALIVE, 1)
        // Servers close idle lines; one that is reused too late fails after the mail was read.
        sinergi_curl_set_long(handle, CURLOPT_MAXAGE_CONN, 20)
    }

    /// Only what the server says for good about this recipient or this text is a refusal; all else may pass. Where no
    /// session with the server came about, it is the server's fault and not the mail's.
    private func outcome(_ code: CURLcode, message: String) -> Outcome {
        if code == CURLE_OK { return .accepted }
        var reply = 0
        sinergi_curl_response_code(handle, &reply)
        let text = message.isEmpty ? String(cString: curl_easy_strerror(code)) : message
        let detail = reply > 0 ? "SMTP \(reply): \(text)" : text
        if Self.beforeSession.contains(code.rawValue) || (code == CURLE_OPERATION_TIMEDOUT && reply == 0) {
            return .unavailable(detail)
        }
        let aboutMail =
            text.hasPrefix("RCPT failed") || text.hasPrefix("DATA failed") || code == CURLE_WEIRD_SERVER_REPLY
        return (500..<600).contains(reply) && aboutMail ? .refused(detail) : .failed(detail)
    }

    private static let beforeSession: Set<UInt32> = [
        CURLE_COULDNT_RESOLVE_HOST.rawValue, CURLE_COULDNT_CONNECT.rawValue, CURLE_SSL_CONNECT_ERROR.rawValue,
        CURLE_PEER_FAILED_VERIFICATION.rawValue, CURLE_USE_SSL_FAILED.rawValue, CURLE_LOGIN_DENIED.rawValue,
    ]
}
