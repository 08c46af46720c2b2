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
/// What a target looks at may be internal.
let testable = SwiftSetting.unsafeFlags(["-enable-testing"])
let instrumented = language + [.unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"])]
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")

func fuzzer(_ name: String, _ dependencies: [Target.Dependency] = ["OneShotWire"]) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["FuzzSupport", nio] + dependencies,
        swiftSettings: instrumented,
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]
    )
}

let package = Package(
    name: "oneshot-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        .systemLibrary(name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "OneShotWire", dependencies: ["CBrotli", "CZlib", "CZstd", nio], swiftSettings: instrumented),
        .systemLibrary(name: "CRE2Library", providers: [.apt(["libre2-dev"])]),
        .target(name: "CRE2", dependencies: ["CRE2Library"], linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "COneShotRules", exclude: ["rules"]),
        .target(name: "OneShotCore", dependencies: [crypto], swiftSettings: language),
        .target(
            name: "OneShotRedaction",
            dependencies: [
                "CRE2", "COneShotRules", "OneShotCore", crypto, .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: instrumented
        ),
        // What decoding needs: the rest has to do with databases.
        .target(
            name: "OneShotSessions",
            dependencies: ["OneShotCore", "OneShotWire"],
            sources: [
                "Responses", "Other", "Streams", "Calls/ModelCall.swift", "Calls/RecordedHeaders.swift",
                "Calls/SessionRepository+Telling.swift",
            ],
            swiftSettings: instrumented
        ),
        .target(
            name: "OneShotAdmission",
            dependencies: ["OneShotCore", "OneShotWire", nio],
            sources: ["Leaks/Archive.swift", "Leaks/TarReader.swift", "Mutants", "Patch"],
            swiftSettings: instrumented + [testable]
        ),
        .target(name: "OneShotPreparation", sources: ["Suites/TestRunner.swift"], swiftSettings: language + [testable]),
        .target(
            name: "OneShotTrials",
            dependencies: ["OneShotCore", "OneShotPreparation"],
            sources: [
                "Results/Rounding.swift", "Results/TestResult.swift", "Verifier/Parsers",
                "Workspace/InsidePath.swift",
            ],
            swiftSettings: instrumented + [testable]
        ),
        .systemLibrary(name: "CFuzzer"),
        .target(name: "FuzzSupport", dependencies: ["CFuzzer", nio], swiftSettings: language),
        .target(
            name: "FuzzDecoding",
            dependencies: ["FuzzSupport", "OneShotCore", "OneShotSessions", nio],
            swiftSettings: language
        ),
        fuzzer("FuzzArchive", ["OneShotAdmission"]),
        fuzzer("FuzzChat", ["FuzzDecoding", "OneShotSessions"]),
        fuzzer("FuzzConnect"),
        fuzzer("FuzzGemini", ["FuzzDecoding", "OneShotSessions"]),
        fuzzer("FuzzHTTP"),
        fuzzer("FuzzMessages", ["FuzzDecoding", "OneShotSessions"]),
        fuzzer("FuzzPatch", ["OneShotAdmission"]),
        fuzzer("FuzzRedactor", ["OneShotCore", "OneShotRedaction"]),
        fuzzer("FuzzReports", ["OneShotPreparation", "OneShotTrials"]),
        fuzzer("FuzzResponses", ["FuzzDecoding", "OneShotSessions"]),
        fuzzer("FuzzSSE"),
        fuzzer("FuzzWebSocket"),
    ],
    cxxLanguageStandard: .cxx17
)
