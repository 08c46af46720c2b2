use glob::matches;

#[test]
fn stars_and_question_marks() {
    assert!(matches("src/*.rs", "src/lib.rs"));
    assert!(matches("a?c", "abc"));
    assert!(matches("*", ""));
    assert!(!matches("a?c", "a/c"));
    assert!(!matches("*.rs", "src/lib.rs"));
    assert!(!matches("src", "src/lib.rs"));
}
