/// What sort of report it is; limits and privacy depend on it.
public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
    /// Pengaduan tidak berkadar pengawasan.
    case complaint
    /// Pengaduan berkadar pengawasan: abuse of office, misconduct.
    case supervisory
    case whistleblowing
    case aspiration
    /// Permintaan informasi.
    case information

    /// Kinds that are confidential from the start and go to the inspectorate (product decision 17).
    public var isConfidentialByDefault: Bool { self == .supervisory || self == .whistleblowing }
}
