/// How to reach a reporter; the plain text inside `ReporterNotice.sealedContact`, as JSON.
///
/// It exists in memory only, between opening and sending. Neither the database nor a log ever holds it.
public struct ReporterContact: Codable, Sendable, Hashable {
    public var name: String?
    /// An e-mail address.
    public var email: String?
    /// A telephone number in international form, such as `+628115550123`.
    public var phone: String?

    public init(name: String?, email: String?, phone: String?) {
        self.name = name
        self.email = email
        self.phone = phone
    }
}
