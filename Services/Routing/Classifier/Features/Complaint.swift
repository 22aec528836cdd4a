/// What is known of a complaint when it comes in. Only this goes into a decision: never what an office did with it.
public struct Complaint: Sendable, Hashable {
    public var text: String
    /// Names of village or ward, and district; empty if unknown.
    public var village: String
    public var district: String
    /// Dotted code of the smallest known area.
    public var area: String
    public var kind: String
    public var channel: String
    /// Category chosen by the reporter, if it may be used.
    public var topic: String
    public var neighbourhood: String
    public var point: Point?

    /// Degrees, WGS 84.
    public struct Point: Sendable, Hashable {
        public var latitude: Double
        public var longitude: Double

        public init(latitude: Double, longitude: Double) {
            self.latitude = latitude
            self.longitude = longitude
        }
    }

    public init(
        text: String, village: String = "", district: String = "", area: String = "", kind: String = "",
        channel: String = "", topic: String = "", neighbourhood: String = "", point: Point? = nil
    ) {
        self.text = text
        self.village = village
        self.district = district
        self.area = area
        self.kind = kind
        self.channel = channel
        self.topic = topic
        self.neighbourhood = neighbourhood
        self.point = point
    }
}
