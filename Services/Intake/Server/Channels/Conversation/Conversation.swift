import Foundation
import SinergiCore

/// One person's conversation on one channel, as far as the next message needs to know it.
struct Conversation: Sendable, Hashable {
    enum State: String, Sendable, Hashable, CaseIterable {
        /// Nothing is under way.
        case idle
        /// What happened is still missing.
        case describing
        case placing
        case photo
        case confirming
        /// The draft is final and being handed in.
        case submitting
        /// Ended by silence; the draft can be taken up again.
        case paused
    }

    var channel: ChatChannel
    var state = State.idle
    var language = Language.id
    var draft: Draft?
    /// A reminder went out since the last message.
    var reminded = false
    /// Wants no news of complaints.
    var stopped = false
}

/// What was found out about a message before the conversation looks at it.
struct MessageFacts: Sendable, Hashable {
    /// An area that the words name, or that lies around the shared location.
    struct Area: Sendable, Hashable {
        let code: String
        let name: String
    }

    /// How the complaint stands that a status was asked of.
    enum Status: Sendable, Hashable {
        case unknown
        /// Confidential: nothing but that it exists.
        case secret(code: String, link: String)
        case known(code: String, values: [String: String])
    }

    /// Named so that there is no doubt: "di Telemow".
    var area: Area?
    /// Named as a bare word: enough only where a place was asked for.
    var looseArea: Area?
    var isOutsideIndonesia = false
    var flags: Set<MessageFlag> = []
    var status: Status?
    /// The office and area of the regional word at the beginning of an SMS.
    var office: String?
    var wordArea: Area?
    /// A fresh id for a draft that begins with this message.
    var draftID: UUID
    /// Name of the agency.
    var agencyName = ""
    /// `112 darurat, 113 pemadam`, in the conversation's languages.
    var numbers = Localized(id: "112", en: "112")
}

/// A reply: a wording of notification's templates and what fills its places.
struct ChatReply: Sendable, Hashable {
    let template: String
    var values: [String: String] = [:]
}
