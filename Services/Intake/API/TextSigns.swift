/// What intake read in a complaint's words before they were sealed. No word of them, so it may stand in the clear.
public struct TextSigns: Codable, Sendable, Equatable {
    /// Danger to life or limb.
    public var danger: Bool
    /// The danger is a wire or pole: the power company is rung too.
    public var power: Bool
    /// An official is accused.
    public var misconduct: Bool
    /// One source has sent this text, or nearly this text, many times: a person looks before it is passed on. `nil`: no.
    public var flood: Bool?
    /// The kind that the reporter chose, where only the machine's reading made the report a secret one. `nil`: the reporter did.
    public var filedAs: String?

    public init(
        danger: Bool = false, power: Bool = false, misconduct: Bool = false, flood: Bool? = nil,
        filedAs: String? = nil
    ) {
        self.danger = danger
        self.power = power
        self.misconduct = misconduct
        self.flood = flood
        self.filedAs = filedAs
    }
}
