/// The box that holds Indonesia, from Sabang to Merauke and from Miangas to Rote, with its waters; WGS 84 degrees.
enum Indonesia {
    static let latitudes = -11.5...6.5
    static let longitudes = 94.5...141.5

    static func contains(latitude: Double, longitude: Double) -> Bool {
        latitudes.contains(latitude) && longitudes.contains(longitude)
    }
}
