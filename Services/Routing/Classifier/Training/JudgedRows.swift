/// What models that had not seen them said of the training rows.
struct JudgedRows {
    struct Row {
        /// Class of the first choice.
        let number: Int
        let probability: Double
        let isRight: Bool
        let isAmongThree: Bool
        /// The true class.
        let truth: Int
    }

    let rows: [Row]
    let classNames: [String]

    init(
        scores: [Double], sharpness: Double, rows: [LabelledComplaint], labels: [Int32], resolver: ClassResolver
    ) {
        let classes = resolver.classes.count
        classNames = resolver.classes.map { officeClass in
            switch officeClass {
            case .office(let name): name
            case .own(let level): "@\(level.rawValue)"
            }
        }
        self.rows = rows.enumerated().compactMap { index, row in
            let ranked = resolver.candidates(
                Array(scores[(index * classes)..<((index + 1) * classes)]), sharpness: sharpness, row.complaint)
            guard let first = ranked.first else { return nil }
            return Row(
                number: first.number, probability: first.probability, isRight: first.office == row.office,
                isAmongThree: ranked.prefix(3).contains { $0.office == row.office }, truth: Int(labels[index]))
        }
    }
}
