//! Paths that fit a pattern, as in the shell: `?` is one character, `*` any number of them, both but `/`.

/// Whether the whole path fits the pattern.
pub fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let path: Vec<char> = path.chars().collect();
    fits(&pattern, &path)
}

fn fits(pattern: &[char], path: &[char]) -> bool {
    match pattern.first() {
        None => path.is_empty(),
        Some('*') => {
            let end = path.iter().position(|&c| c == '/').unwrap_or(path.len());
            (0..=end).any(|taken| fits(&pattern[1..], &path[taken..]))
        }
        Some('?') => matches!(path.first(), Some(&c) if c != '/') && fits(&pattern[1..], &path[1..]),
        Some(wanted) => path.first() == Some(wanted) && fits(&pattern[1..], &path[1..]),
    }
}
