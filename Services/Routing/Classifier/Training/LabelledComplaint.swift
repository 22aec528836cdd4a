/// A complaint with the office that really got it.
public struct LabelledComplaint: Sendable, Hashable {
    public var complaint: Complaint
    public var office: String
    /// Anything that sorts by time of receipt; neighbours in time are held back together.
    public var order: String

    public init(complaint: Complaint, office: String, order: String = "") {
        self.complaint = complaint
        self.office = office
        self.order = order
    }
}
