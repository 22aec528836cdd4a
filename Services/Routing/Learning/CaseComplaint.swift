public import RoutingClassifier

/// A case as the classifier sees it: the same for learning and for deciding.
public enum CaseComplaint {
    /// - Parameters:
    ///   - area: Dotted code of the smallest known area.
    ///   - category: As the reporter chose it. `other` says nothing.
    public static func make(
        title: String, description: String, area: String?, kind: String, channel: String?, category: String?
    ) -> Complaint {
        // A title that intake made of the description says nothing twice.
        let heading = title.hasSuffix("…") || description.hasPrefix(title) ? "" : title + "\n"
        let topic = category.flatMap { $0.split(separator: ".").first == "other" ? nil : $0 } ?? ""
        let parts = (area ?? "").split(separator: ".")
        return Complaint(
            text: heading + description, district: parts.count >= 3 ? parts.prefix(3).joined(separator: ".") : "",
            area: area ?? "", kind: kind, channel: channel ?? "", topic: topic)
    }
}
