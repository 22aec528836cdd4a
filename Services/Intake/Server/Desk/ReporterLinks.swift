import Tenancy

/// Addresses of pages for reporters, as they stand in notices. They never hold an access key.
struct ReporterLinks: Sendable {
    /// `http.public.url`, without a slash at its end.
    let publicURL: String
    /// Whether each agency's base address ends with its code.
    let hosted: Bool

    func base(of agency: AgencyScope) -> String { hosted ? "\(publicURL)/\(agency.code)" : publicURL }

    /// Where everybody sees how the case of a public complaint, or of a post, goes on.
    func status(of code: String, agency: AgencyScope) -> String { "\(base(of: agency))/status/\(code)" }

    /// Where somebody who follows another's complaint confirms, and stops.
    func follower(_ token: String, agency: AgencyScope) -> String { "\(base(of: agency))/f/\(token)" }

    /// Where a reporter types the access key of this complaint.
    func following(code: String, agency: AgencyScope) -> String { "\(base(of: agency))/follow?code=\(code)" }
}
