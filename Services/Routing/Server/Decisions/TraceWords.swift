import RoutingAPI

/// Takes a reporter's words out of what is kept of a decision.
///
/// Everybody with a part may read a decision, for as long as it is kept; the words of a secret report stand sealed
/// elsewhere. Every sentence of a decision quotes in “…”, and only what is quoted comes from the report.
enum TraceWords {
    static func removed(from sentence: String) -> String {
        var result = ""
        var isQuoted = false
        for character in sentence {
            switch character {
            case "“":
                isQuoted = true
                result += "“…”"
            case "”": isQuoted = false
            default: if !isQuoted { result.append(character) }
            }
        }
        return result
    }
}

extension RoutingDecision {
    /// The same decision without any word of the report.
    var withoutWords: RoutingDecision {
        var decision = self
        decision.suggestions = suggestions.map { suggestion in
            var suggestion = suggestion
            suggestion.reasons = suggestion.reasons.map(TraceWords.removed)
            return suggestion
        }
        decision.trace = trace.map { trial in
            var trial = trial
            trial.why = trial.why.map(TraceWords.removed)
            return trial
        }
        return decision
    }
}
