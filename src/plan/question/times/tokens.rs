//! What does one word say of time? Tables of words, English and French, in lower case and without accents; nothing here
//! knows what stands beside it, but for a word that is half of a time of day (`9 am`).

use chrono::{Datelike, Month, NaiveDate, NaiveTime, TimeDelta, Weekday};

use crate::model::duration::parse_duration;
use crate::model::edit_distance;

/// A word of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Lower case, without accents.
    pub(super) text: String,
    /// Its first byte in the text.
    pub(super) start: usize,
    /// The byte after its last.
    pub(super) end: usize,
}

/// Longest text that is read: more than anybody types, and what is read is read several times.
const LONGEST: usize = 2_000;

/// Parts of days that have names of their own: words, days from today, first hour, hour of the end, which may be of the next day.
pub(super) const PARTS: [(&[&str], i64, u32, u32); 12] = [
    (&["last", "night"], -1, 20, 30),
    (&["overnight"], -1, 20, 30),
    (&["cette", "nuit"], -1, 22, 32),
    (&["la", "nuit", "derniere"], -1, 20, 30),
    (&["this", "morning"], 0, 5, 12),
    (&["ce", "matin"], 0, 5, 12),
    (&["this", "afternoon"], 0, 12, 18),
    (&["cet", "apres", "midi"], 0, 12, 18),
    (&["cette", "apres", "midi"], 0, 12, 18),
    (&["this", "evening"], 0, 17, 24),
    (&["tonight"], 0, 18, 24),
    (&["ce", "soir"], 0, 17, 24),
];

/// Names of days, from today.
pub(super) const DAYS: [(&[&str], i64); 8] = [
    (&["the", "day", "before", "yesterday"], -2),
    (&["day", "before", "yesterday"], -2),
    (&["avant", "hier"], -2),
    (&["yesterday"], -1),
    (&["la", "veille"], -1),
    (&["hier"], -1),
    (&["today"], 0),
    (&["aujourd", "hui"], 0),
];

/// Lengths that have names of their own, in minutes.
pub(super) const LENGTHS: [(&[&str], i64); 12] = [
    (&["half", "an", "hour"], 30),
    (&["half", "hour"], 30),
    (&["une", "demi", "heure"], 30),
    (&["demi", "heure"], 30),
    (&["a", "quarter", "of", "an", "hour"], 15),
    (&["un", "quart", "d", "heure"], 15),
    (&["quart", "d", "heure"], 15),
    (&["an", "hour", "and", "a", "half"], 90),
    (&["une", "heure", "et", "demie"], 90),
    (&["a", "few", "minutes"], 15),
    (&["few", "minutes"], 15),
    (&["quelques", "minutes"], 15),
];

/// Words for numbers. A few is taken for three.
const NUMBERS: [(&str, f64); 31] = [
    ("a", 1.0),
    ("an", 1.0),
    ("one", 1.0),
    ("un", 1.0),
    ("une", 1.0),
    ("two", 2.0),
    ("deux", 2.0),
    ("couple", 2.0),
    ("three", 3.0),
    ("trois", 3.0),
    ("few", 3.0),
    ("quelques", 3.0),
    ("several", 3.0),
    ("plusieurs", 3.0),
    ("four", 4.0),
    ("quatre", 4.0),
    ("five", 5.0),
    ("cinq", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("sept", 7.0),
    ("eight", 8.0),
    ("huit", 8.0),
    ("nine", 9.0),
    ("neuf", 9.0),
    ("ten", 10.0),
    ("dix", 10.0),
    ("fifteen", 15.0),
    ("quinze", 15.0),
    ("twenty", 20.0),
    ("vingt", 20.0),
];

/// Words for units of time, in seconds; singular. Plurals end in `s`.
const UNITS: [(&str, i64); 18] = [
    ("second", 1),
    ("seconde", 1),
    ("sec", 1),
    ("s", 1),
    ("minute", 60),
    ("min", 60),
    ("mn", 60),
    ("m", 60),
    ("hour", 3600),
    ("heure", 3600),
    ("hr", 3600),
    ("h", 3600),
    ("day", 86_400),
    ("jour", 86_400),
    ("d", 86_400),
    ("j", 86_400),
    ("week", 604_800),
    ("semaine", 604_800),
];

/// Splits a text at everything that no word or time holds. A dash between two times is a word of its own.
pub(super) fn split(text: &str) -> Vec<Token> {
    let end = text
        .char_indices()
        .nth(LONGEST)
        .map_or(text.len(), |(at, _)| at);
    let mut tokens = Vec::new();
    let mut start = None;
    let marks = text[..end].char_indices().chain([(end, ' ')]);
    for (at, c) in marks {
        let inside =
            c.is_alphanumeric() || matches!(c, ':' | '/' | '-' | '.' | '@' | '+' | '–' | '—' | '→');
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                push(text, from, at, &mut tokens);
                start = None;
            }
            _ => {}
        }
    }
    tokens
}

/// Adds what stands between two bytes: one token, or several where dashes join words or times.
fn push(text: &str, start: usize, end: usize, tokens: &mut Vec<Token>) {
    let word = text[start..end].trim_end_matches(['.', ':', '-', '/', '+']);
    let trimmed = word.trim_start_matches(['.', ':', '/', '+']);
    let start = start + (word.len() - trimmed.len());
    if trimmed.is_empty() {
        return;
    }
    let lower = fold(trimmed);
    let dashes: Vec<(usize, char)> = trimmed
        .char_indices()
        .filter(|(_, c)| matches!(c, '-' | '–' | '—' | '→'))
        .collect();
    if dashes.is_empty() || is_iso(&lower) {
        tokens.push(Token {
            text: lower,
            start,
            end: start + trimmed.len(),
        });
        return;
    }
    let mut from = 0;
    for (at, dash) in dashes {
        push(text, start + from, start + at, tokens);
        let after = at + dash.len_utf8();
        let timed = trimmed.starts_with(|c: char| c.is_ascii_digit()) || at == 0;
        if timed {
            tokens.push(Token {
                text: "-".to_owned(),
                start: start + at,
                end: start + after,
            });
        }
        from = after;
    }
    push(text, start + from, start + trimmed.len(), tokens);
}

/// Whether a word begins as a date of ISO 8601 does.
fn is_iso(word: &str) -> bool {
    word.get(..10)
        .is_some_and(|date| NaiveDate::parse_from_str(date, "%Y-%m-%d").is_ok())
}

/// Lower case, without the accents of French.
fn fold(word: &str) -> String {
    word.to_lowercase()
        .chars()
        .map(|c| match c {
            'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            other => other,
        })
        .collect()
}

/// Whether a word is meant, one slip of the pen in six letters or more included.
pub(super) fn is_word(typed: &str, word: &str) -> bool {
    typed == word
        || word.len() >= 6
            && typed.len().abs_diff(word.len()) <= 1
            && edit_distance(typed, word) == 1
}

/// A number, in digits or as a word.
pub(super) fn number(word: &str) -> Option<f64> {
    let named = NUMBERS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, number)| *number);
    let digits = || {
        word.parse()
            .ok()
            .filter(|number: &f64| word.len() <= 6 && number.is_finite() && *number >= 0.0)
    };
    named.or_else(digits)
}

/// A unit of time.
pub(super) fn unit(word: &str) -> Option<TimeDelta> {
    let singular = word
        .strip_suffix('s')
        .filter(|rest| !rest.is_empty())
        .unwrap_or(word);
    let found = UNITS
        .iter()
        .find(|(unit, _)| is_word(word, unit) || is_word(singular, unit));
    found.map(|(_, seconds)| TimeDelta::seconds(*seconds))
}

/// So many units; at most a century.
pub(super) fn times(unit: TimeDelta, number: f64) -> Option<TimeDelta> {
    let seconds = unit.num_seconds() as f64 * number;
    #[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
    (seconds > 0.0 && seconds < 3.2e9).then(|| TimeDelta::seconds(seconds as i64))
}

/// A length in one word: `20m`, `2h`, `1h30`, `90min`.
pub(super) fn compact_length(word: &str) -> Option<TimeDelta> {
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some(length) = parse_duration(word).filter(|length| *length > TimeDelta::zero()) {
        return Some(length);
    }
    if let Some((hours, minutes)) = word.split_once('h') {
        let minutes = two_digits(
            minutes
                .trim_end_matches("min")
                .trim_end_matches("mn")
                .trim_end_matches('m'),
        )?;
        return Some(
            TimeDelta::hours(hours.parse::<u16>().ok()?.into()) + TimeDelta::minutes(minutes),
        );
    }
    let digits = word.find(|c: char| !c.is_ascii_digit())?;
    times(unit(&word[digits..])?, word[..digits].parse().ok()?)
}

/// Two digits below sixty.
pub(super) fn two_digits(word: &str) -> Option<i64> {
    let digits = word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .then(|| word.parse().ok())
        .flatten()
        .filter(|minute| *minute < 60)
}

/// A time of day, and how many of the two words it takes. A bare number is one only where a telling word stood before.
pub(super) fn clock(word: &str, next: Option<&str>, telling: bool) -> Option<(NaiveTime, usize)> {
    match word {
        "noon" | "midday" | "midi" => return Some((NaiveTime::from_hms_opt(12, 0, 0)?, 1)),
        "midnight" | "minuit" => return Some((NaiveTime::MIN, 1)),
        _ => {}
    }
    let (digits, half) = match (word.strip_suffix("am"), word.strip_suffix("pm"), next) {
        (Some(digits), _, _) => (digits, Some((0, 1))),
        (_, Some(digits), _) => (digits, Some((12, 1))),
        (_, _, Some("am" | "a.m")) => (word, Some((0, 2))),
        (_, _, Some("pm" | "p.m")) => (word, Some((12, 2))),
        _ => (word, None),
    };
    if let Some((add, taken)) = half {
        let (hour, minute) =
            hour_and_minute(digits, ':').or_else(|| Some((digits.parse().ok()?, 0)))?;
        let hour = (1..=12).contains(&hour).then_some(hour % 12 + add)?;
        return Some((NaiveTime::from_hms_opt(hour, minute, 0)?, taken));
    }
    if let Some((hour, minute)) = hour_and_minute(word, ':').or_else(|| hour_and_minute(word, 'h'))
    {
        return Some((NaiveTime::from_hms_opt(hour, minute, 0)?, 1));
    }
    if let Ok(time) = NaiveTime::parse_from_str(word, "%H:%M:%S") {
        return Some((time, 1));
    }
    let bare = word.strip_suffix('h').filter(|_| telling);
    let of_hours = next.is_some_and(|next| matches!(next, "h" | "heure" | "heures" | "o"));
    let hour: u32 = bare
        .unwrap_or(word)
        .parse()
        .ok()
        .filter(|_| word.len() <= 3)?;
    let hour = if hour == 24 { 0 } else { hour };
    let time = NaiveTime::from_hms_opt(hour, 0, 0)?;
    // Of "9 o'clock" the word after it is left over: it says nothing more.
    (telling || of_hours).then_some((time, if of_hours { 2 } else { 1 }))
}

/// Hour and minute with a sign between them: `9:30`, `21h30`.
fn hour_and_minute(word: &str, sign: char) -> Option<(u32, u32)> {
    let (hour, minute) = word.split_once(sign)?;
    (hour.len() <= 2 && !hour.is_empty()).then_some(())?;
    let minute = u32::try_from(two_digits(minute)?).ok()?;
    Some((hour.parse().ok()?, minute))
}

/// First hour and end of a part of a day.
pub(super) fn part_of_day(word: &str) -> Option<(u32, u32)> {
    match word {
        "morning" | "matin" => Some((5, 12)),
        "noon" | "midi" => Some((11, 14)),
        "afternoon" | "apres" => Some((12, 18)),
        "evening" | "soir" | "soiree" => Some((17, 24)),
        "night" | "nuit" => Some((20, 30)),
        _ => None,
    }
}

/// A day of the week.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    match word {
        "lundi" => Some(Weekday::Mon),
        "mardi" => Some(Weekday::Tue),
        "mercredi" => Some(Weekday::Wed),
        "jeudi" => Some(Weekday::Thu),
        "vendredi" => Some(Weekday::Fri),
        "samedi" => Some(Weekday::Sat),
        "dimanche" => Some(Weekday::Sun),
        // Short forms such as "sun" and "sat" are words of their own.
        _ => word.ends_with("day").then(|| word.parse().ok()).flatten(),
    }
}

/// A month, by its English or French name, or the start of it.
pub(super) fn month(word: &str) -> Option<Month> {
    const FRENCH: [&str; 12] = [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
    ];
    let french = FRENCH
        .iter()
        .position(|month| *month == word || word.len() >= 4 && month.starts_with(word));
    let number = french.and_then(|index| u8::try_from(index + 1).ok());
    number.map_or_else(|| word.parse().ok(), |number| Month::try_from(number).ok())
}

/// The number of a day in its month: `20`, `1er`, `3rd`.
pub(super) fn day_number(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

/// A date in one word: `2026-11-20`, `20/11`, `20/11/2026`. Days come before months, as in all of Europe.
pub(super) fn date(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    if let Ok(date) = NaiveDate::parse_from_str(word, "%Y-%m-%d") {
        return Some(date);
    }
    if let Ok(date) = NaiveDate::parse_from_str(word, "%d/%m/%Y") {
        return Some(date);
    }
    let (day, month) = word.split_once('/')?;
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    last_such_day(day_number(day)?, month, today)
}

/// The last day of this number and month that has come.
pub(super) fn last_such_day(day: u32, month: Month, today: NaiveDate) -> Option<NaiveDate> {
    let of = |year| NaiveDate::from_ymd_opt(year, month.number_from_month(), day);
    of(today.year())
        .filter(|date| *date <= today)
        .or_else(|| of(today.year() - 1))
}
