/// What can happen to a case. Each move is one function of the database.
public enum CaseMove: String, Sendable, Hashable, CaseIterable, Codable {
    case open
    case verify
    case offerLead = "offer_lead"
    case acceptLead = "accept_lead"
    case openArbitration = "open_arbitration"
    case arbitrate
    case answerFinal = "answer_final"
    case confirm
    case dispute
    case appeal
    case silence
    case withdraw
    case hold
    case resume
    case release
    case askInformation = "ask_information"
    case informationGiven = "information_given"
    case lapse
    case archive
    case merge
    case unmerge
    case comeBack = "come_back"
    case unseal
}
