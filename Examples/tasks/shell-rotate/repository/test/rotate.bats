setup() {
    rotate="$BATS_TEST_DIRNAME/../bin/rotate"
    cd "$BATS_TEST_TMPDIR"
}

@test "the first time" {
    echo one > log
    sh "$rotate" log 1
    [ ! -e log ]
    [ "$(cat log.1)" = one ]
}
