public import Tenancy
import Logging
import Configuration

extension NodeConfiguration {
    /// The effective values, key by key, for `check`; passwords are blotted out.
    public func listing(service: ServiceName) -> [(key: String, value: String)] {
        var lines: [(key: String, value: String)] = [
            ("node.name", node), ("node.hosted", String(isHosted)), ("node.agencies", agencies.joined(separator: ",")),
            ("node.demo", String(isDemo)), ("node.key.directory", keyDirectory),
            ("database.\(service.rawValue).url", Self.redacted(databaseURL)),
            ("database.plaintext", String(allowsPlaintextDatabase)),
            ("database.pool.max", String(poolMaximum)),
            ("http.host", host), ("http.\(service.rawValue).port", String(port)), ("http.public.url", publicURL),
            ("http.max.body", String(maximumBody)), ("http.body.timeout", String(bodyTimeout.components.seconds)),
            ("http.max.concurrent", String(maximumConcurrent)), ("http.rate.limit", String(rateLimit)),
            ("http.rate.principal", String(principalRateLimit)),
            ("http.trusted.peers", reader.string(forKey: "http.trusted.peers", default: "")),
            ("http.shutdown.seconds", String(shutdownGrace.components.seconds)), ("log.level", logLevel.rawValue),
        ]
        for name in ServiceName.allCases {
            lines.append(("services.\(name.rawValue).url", Self.redacted(serviceURLs[name] ?? "")))
        }
        if let smtpURL { lines.append(("notification.smtp.url", Self.redacted(smtpURL))) }
        if let mailFrom { lines.append(("notification.mail.from", mailFrom)) }
        if let gatewayURL { lines.append(("notification.gateway.url", Self.redacted(gatewayURL))) }
        return lines
    }

    /// Blots out the password of a URL and of a `password=` pair.
    static func redacted(_ text: String) -> String {
        var text = text
        if let scheme = text.firstRange(of: "://") {
            let end = text[scheme.upperBound...].firstIndex(of: "/") ?? text.endIndex
            let authority = text[scheme.upperBound..<end]
            if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") {
                text.replaceSubrange(text.index(after: colon)..<at, with: "***")
            }
        }
        if let pair = text.firstRange(of: "password=") {
            let end = text[pair.upperBound...].firstIndex { $0 == " " || $0 == "&" } ?? text.endIndex
            text.replaceSubrange(pair.upperBound..<end, with: "***")
        }
        return text
    }
}
