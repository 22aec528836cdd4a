import Configuration
import Crypto
import Foundation
import Identity

/// How the outside is connected to one agency's channels. `<agency>` is the code in small letters, such as `ppu`.
///
/// Configuration keys; a channel without its secret is not connected, and its address answers 404:
/// - `channels.<agency>.whatsapp.app.secret` (secret): signs webhooks (X-Hub-Signature-256).
/// - `channels.<agency>.whatsapp.verify.token` (secret): of the verification handshake.
/// - `channels.<agency>.whatsapp.access.token` (secret): of the account; files of messages are fetched with it, and without it
///   they are not.
/// - `channels.<agency>.whatsapp.api.url` (default `https://graph.facebook.com/v21.0`): where files are asked for.
/// - `channels.<agency>.sms.secret` (secret): shared with the SMS gateway.
/// - `channels.<agency>.sms.auth` (`hmac`, the default: `X-Signature: sha256=…` over the body; or `token`: bearer).
/// - `channels.<agency>.sms.field.{id,from,text,reference,part,parts}`: the gateway's names of these fields; the
///   default is these words.
struct ChannelSettings: Sendable {
    struct WhatsApp: Sendable {
        let secret: String
        let verifyToken: String?
        let accessToken: String?
        /// Without a slash at its end.
        let api: String
    }

    struct SMS: Sendable {
        enum Auth: String, Sendable { case hmac, token }

        let secret: String
        let auth: Auth
        /// The gateway's name of each of our fields.
        let fields: [String: String]
    }

    static let smsFields = ["id", "from", "text", "reference", "part", "parts"]

    let whatsapp: WhatsApp?
    let sms: SMS?

    init(_ reader: ConfigReader, agency: String) {
        let prefix = "channels.\(agency.lowercased())."
        func text(_ key: String, isSecret: Bool = false) -> String? {
            let value = reader.string(forKey: ConfigKey(prefix + key), isSecret: isSecret)
            return value?.isEmpty == false ? value : nil
        }
        whatsapp = text("whatsapp.app.secret", isSecret: true).map {
            WhatsApp(
                secret: $0, verifyToken: text("whatsapp.verify.token", isSecret: true),
                accessToken: text("whatsapp.access.token", isSecret: true),
                api: text("whatsapp.api.url") ?? "https://graph.facebook.com/v21.0")
        }
        sms = text("sms.secret", isSecret: true).map { secret in
            SMS(
                secret: secret, auth: text("sms.auth").flatMap(SMS.Auth.init) ?? .hmac,
                fields: Dictionary(
                    Self.smsFields.map { ($0, text("sms.field.\($0)") ?? $0) }, uniquingKeysWith: { $1 }))
        }
    }
}

/// `sha256=<hex>`: HMAC-SHA-256 of a body with a shared secret, as Meta and many gateways sign.
enum ChannelSignature {
    static func text(_ body: [UInt8], secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(secret.utf8)))
        let digits = Array("0123456789abcdef".utf8)
        return "sha256="
            + String(decoding: code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Takes as long for a near miss as for a wild guess.
    static func accepts(_ header: String?, _ body: [UInt8], secret: String) -> Bool {
        guard let header else { return false }
        return ConstantTime.equal(header.lowercased(), text(body, secret: secret))
    }
}
