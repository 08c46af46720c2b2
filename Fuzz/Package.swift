// swift-tools-version: 6.2

import PackageDescription

// Fuzz targets for what reads the bytes of strangers, apart from the product: they compile the same sources (by links)
// and SwiftNIO's core, with libFuzzer and AddressSanitizer in our own code. `make fuzz` builds and runs them.
let language: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
let instrumented = language + [.unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"])]
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")

func fuzzer(_ name: String) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["FuzzSupport", "OneShotWire", nio],
        swiftSettings: instrumented,
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]
    )
}

let package = Package(
    name: "oneshot-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/apple/swift-nio", from: "2.101.0")],
    targets: [
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "OneShotWire", dependencies: ["CBrotli", "CZlib", "CZstd", nio], swiftSettings: instrumented),
        .systemLibrary(name: "CFuzzer"),
        .target(name: "FuzzSupport", dependencies: ["CFuzzer", nio], swiftSettings: language),
        fuzzer("FuzzConnect"),
        fuzzer("FuzzHTTP"),
        fuzzer("FuzzSSE"),
        fuzzer("FuzzWebSocket"),
    ]
)
