//! Time spans as people write them: `500ms`, `30s`, `10m`, `1h`.

/// Milliseconds of a time span; `None` when it is not one. A bare number is refused, its unit would be a guess.
pub fn parse_duration(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::parse_duration;

    #[test]
    fn units_are_needed() {
        assert_eq!(parse_duration("500ms"), Some(500));
        assert_eq!(parse_duration("45m"), Some(2_700_000));
        for wrong in ["", "30", "s", "1d", "-1s", "1.5h", "99999999999999999999s"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }
}
