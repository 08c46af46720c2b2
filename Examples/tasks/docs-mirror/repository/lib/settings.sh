# Sourced by the programs in bin.
load_settings() {
    MIRROR_KEEP=7
    if [ -r "$HOME/.mirrorrc" ]; then
        . "$HOME/.mirrorrc"
    fi
}
