extension Double {
    /// To six places, so that the same share is the same text on every machine.
    var toSixPlaces: Double { (self * 1_000_000).rounded() / 1_000_000 }
}
