/// What a role allows. One permission for each thing that a route may ask for.
public enum Permission: String, Sendable, Hashable, CaseIterable {
    case read
    /// Keying in what reached the office by telephone, on paper, in person or on social media, and importing lists of it.
    case receive
    case verify
    case route
    case offer
    case note
    case draft
    case accept
    case decline
    case assign
    case approve
    case publish
    case requestArbitration
    case overrule
    case recall
    case askForAttention
    case arbitrate
    /// Figures of the own agency, without any case.
    case readFigures
    /// Which decisions of machine and desk were undone: how well the agency routes.
    case reviewRouting
    case manageDirectory
    case manageRules
    case manageClients
    /// Handing over events inside a node.
    case deliver
}

extension Role {
    /// What the role allows: contract.md, "Roles".
    public var permissions: Set<Permission> {
        switch self {
        case .triage: [.read, .receive, .readFigures, .note, .verify, .route, .offer]
        case .handler: [.read, .receive, .readFigures, .note, .draft]
        case .liaison:
            Role.triage.permissions.union(Role.handler.permissions)
                .union([.accept, .decline, .assign, .approve, .publish, .requestArbitration])
        case .supervisor: Role.liaison.permissions.union([.overrule, .recall, .askForAttention, .reviewRouting])
        case .head: [.read, .readFigures, .askForAttention, .reviewRouting]
        case .arbiter: [.read, .readFigures, .note, .arbitrate]
        case .auditor: [.read, .readFigures, .reviewRouting]
        case .admin: [.readFigures, .reviewRouting, .manageDirectory, .manageRules]
        case .developer: [.readFigures, .manageClients]
        case .service: [.deliver, .receive]
        }
    }
}

extension Collection<Role> {
    /// Whether any of the roles allows it; one person may hold several.
    public func allow(_ permission: Permission) -> Bool {
        contains { $0.permissions.contains(permission) }
    }
}
