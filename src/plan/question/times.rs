//! Which time does a question speak of? Words such as "since 9", "between 14:00 and 14:10", "depuis hier soir" and "il y a 20
//! minutes" in, the window that they mean out; `None` where none is found.
//!
//! Times of day are those of the person's clock, the last ones that have come: "since 22:00", asked at 9, is yesterday's. A
//! French hour may be a time or a length ("depuis 2h"): the one that is nearer to now is taken. A window never ends after now.

mod tokens;

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};

use tokens::Token;

use crate::model::{Instant, Window};

/// Around a moment ("at 14:05"): what leads to it and what follows from it.
const AROUND: TimeDelta = TimeDelta::minutes(15);

/// The shortest window: a start that is just now would leave nothing to look at.
const SHORTEST: TimeDelta = TimeDelta::minutes(5);

/// Longest way back that words may mean: retention of logs and metrics ends there or before.
const FARTHEST: TimeDelta = TimeDelta::days(366);

/// Words that a start follows.
const SINCE: [&str; 10] = [
    "since", "depuis", "from", "after", "starting", "started", "began", "des", "apres", "partir",
];

/// Words that may stand between a start's word and the start.
const FILLERS: [&str; 9] = [
    "at", "a", "around", "about", "vers", "environ", "de", "le", "on",
];

/// Words that a moment follows.
const AT: [&str; 7] = ["at", "a", "around", "about", "vers", "@", "near"];

/// Words between the ends of a range.
const TO: [&str; 8] = ["and", "et", "to", "a", "until", "till", "jusqu", "-"];

/// How much of its length is put before a stretch that lasts until now, within [`LEAST_LEAD`] and [`MOST_LEAD`].
const LEAD_SHARE: i32 = 4;

/// People say "since 20 minutes" of what began 23 minutes ago. A window that started after the onset would hold the trouble
/// alone, and its baseline too: nothing would have changed.
const LEAST_LEAD: TimeDelta = TimeDelta::minutes(10);

/// Of a day-old trouble nobody is wrong by more; and more would only cost.
const MOST_LEAD: TimeDelta = TimeDelta::hours(1);

/// What a question says of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TimeSaid {
    /// The words, as they were typed.
    pub(crate) words: String,
    /// What they mean.
    said: Window,
    /// Whether it lasts until now, so that only its start was said, and roughly.
    lasts: bool,
}

impl TimeSaid {
    /// The window to look at: with the time that led to a start that was said.
    pub(crate) fn window(&self) -> Window {
        let lead = (self.said.length() / LEAD_SHARE).clamp(LEAST_LEAD, MOST_LEAD);
        let lead = if self.lasts { lead } else { TimeDelta::zero() };
        Window {
            from: self.said.from - lead,
            to: self.said.to,
        }
    }
}

/// A stretch of local time; a moment has no length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    /// Its start.
    from: NaiveDateTime,
    /// Its end.
    to: NaiveDateTime,
}

/// What a place in the text reads as, and how many tokens it takes.
type Read<T> = Option<(T, usize)>;

/// The time that a text speaks of, seen from `now` by a clock `offset` from UTC.
pub(super) fn read_time(text: &str, now: Instant, offset: FixedOffset) -> Option<TimeSaid> {
    let tokens = tokens::split(text);
    let reader = Reader {
        day: None,
        now: now.with_timezone(&offset).naive_local(),
        tokens: &tokens,
    };
    let reader = Reader {
        day: reader.day_said(),
        ..reader
    };
    let (stretch, first, taken) = reader.find()?;
    let words = &text[tokens[first].start..tokens[first + taken - 1].end];
    let instant = |local: NaiveDateTime| {
        let at = offset.from_local_datetime(&local).single()?;
        Some(at.to_utc().min(now))
    };
    let (from, to) = (instant(stretch.from)?, instant(stretch.to)?);
    let from = from.min(to - SHORTEST);
    (now - from <= FARTHEST).then_some(())?;
    Some(TimeSaid {
        words: words.to_owned(),
        said: Window::new(from, to)?,
        lasts: stretch.to == reader.now,
    })
}

/// Reads tokens.
#[derive(Debug, Clone, Copy)]
struct Reader<'a> {
    /// The day that the text names; times without a day of their own are of this one.
    day: Option<NaiveDate>,
    /// The person's clock.
    now: NaiveDateTime,
    /// The text.
    tokens: &'a [Token],
}

impl Reader<'_> {
    /// The first phrase of the most telling kind: the stretch, its first token, its tokens.
    fn find(&self) -> Option<(Stretch, usize, usize)> {
        let kinds: [fn(&Self, usize) -> Read<Stretch>; 6] = [
            Self::range,
            Self::since,
            Self::the_last,
            Self::ago_or_for,
            Self::at,
            Self::bare,
        ];
        kinds.iter().find_map(|read| {
            (0..self.tokens.len()).find_map(|at| {
                let (stretch, taken) = read(self, at)?;
                Some((stretch, at, taken))
            })
        })
    }

    /// The day that stands anywhere in the text.
    fn day_said(&self) -> Option<NaiveDate> {
        (0..self.tokens.len()).find_map(|at| {
            let (day, _) = self.day_at(at)?;
            Some(day)
        })
    }

    /// `between X and Y`, `entre X et Y`, `from X to Y`, `de X à Y`, `14:00-14:10`.
    fn range(&self, at: usize) -> Read<Stretch> {
        let opened = matches!(self.word(at)?, "between" | "entre" | "from" | "de" | "du");
        let mut next = at + usize::from(opened);
        let (start, taken) = self.moment(next, opened || self.is_hour(next))?;
        next += taken;
        let and = self.word(next).is_some_and(|word| TO.contains(&word));
        // Without an opening word only a dash between two times makes a range.
        if !and || (!opened && self.word(next) != Some("-")) {
            return None;
        }
        next += 1;
        let (end, taken) = self.moment(next, opened || self.is_hour(next))?;
        next += taken;
        let mut from = start.from;
        if from >= end.to {
            from -= TimeDelta::days(1);
        }
        Some((Stretch { from, to: end.to }, next - at))
    }

    /// `since 9`, `depuis hier soir`, `since 20 minutes`: up to now.
    fn since(&self, at: usize) -> Read<Stretch> {
        SINCE.contains(&self.word(at)?).then_some(())?;
        let mut next = at + 1;
        while self.word(next).is_some_and(|word| FILLERS.contains(&word)) {
            next += 1;
        }
        let telling =
            matches!(self.word(at)?, "since" | "depuis" | "after" | "apres") || next > at + 1;
        let (start, taken) = self.nearest_start(next, telling)?;
        Some((self.until_now(start), next + taken - at))
    }

    /// Where a stretch that lasts until now starts: a moment, or a length before now; the nearer where it may be both.
    fn nearest_start(&self, at: usize, telling: bool) -> Read<NaiveDateTime> {
        let moment = self
            .moment(at, telling)
            .map(|(stretch, taken)| (stretch.from, taken));
        let length = self
            .length(at)
            .map(|(length, taken)| (self.now - length, taken));
        match (moment, length) {
            (Some(moment), Some(length)) if moment.1 == length.1 => {
                Some(if moment.0 >= length.0 { moment } else { length })
            }
            (Some(moment), Some(length)) => Some(if moment.1 > length.1 { moment } else { length }),
            (moment, length) => moment.or(length),
        }
    }

    /// `last 2 hours`, `the past hour`, `les 20 dernières minutes`, `la dernière heure`.
    fn the_last(&self, at: usize) -> Read<Stretch> {
        let is_last = |word: &str| {
            matches!(word, "last" | "past" | "previous") || word.starts_with("dernier")
        };
        if is_last(self.word(at)?) {
            if let Some((length, taken)) = self.length(at + 1) {
                return Some((self.until_now(self.now - length), taken + 1));
            }
            let unit = tokens::unit(self.word(at + 1)?)?;
            return Some((self.until_now(self.now - unit), 2));
        }
        let number = tokens::number(self.word(at)?)?;
        is_last(self.word(at + 1)?).then_some(())?;
        let unit = tokens::unit(self.word(at + 2)?)?;
        let length = tokens::times(unit, number)?;
        Some((self.until_now(self.now - length), 3))
    }

    /// `20 minutes ago`, `il y a 20 minutes`, `for an hour`, `pendant 20 minutes`: up to now.
    fn ago_or_for(&self, at: usize) -> Read<Stretch> {
        if let Some((moment, taken)) = self.ago(at) {
            return Some((self.until_now(moment), taken));
        }
        matches!(self.word(at)?, "for" | "pendant").then_some(())?;
        let (length, taken) = self.length(at + 1)?;
        Some((self.until_now(self.now - length), taken + 1))
    }

    /// `at 14:05`, `vers 14h`, `yesterday at 14:05`: what lies around it.
    fn at(&self, at: usize) -> Read<Stretch> {
        AT.contains(&self.word(at)?).then_some(())?;
        let telling = matches!(self.word(at)?, "at" | "@" | "around" | "vers");
        let (stretch, taken) = self.moment(at + 1, telling)?;
        Some((around(stretch), taken + 1))
    }

    /// `yesterday`, `ce matin`, `2026-11-20`, `14h05`: without a word that says how it is meant.
    fn bare(&self, at: usize) -> Read<Stretch> {
        if let Some((stretch, taken)) = self.day_and_part(at) {
            return Some((around(stretch), taken));
        }
        let (time, taken) = self.clock(at, false)?;
        Some((around(self.moment_of(time)), taken))
    }

    /// A day, a part of one, or a time, with whatever of these follows it. A bare number is an hour only where a telling word
    /// stands before it.
    fn moment(&self, at: usize, telling: bool) -> Read<Stretch> {
        if let Some((moment, taken)) = self.ago(at) {
            return Some((instantly(moment), taken));
        }
        if let Some(read) = self.day_and_part(at) {
            return Some(read);
        }
        let (time, mut taken) = self.clock(at, telling)?;
        let own_day = self.day_at(at + taken).map(|(day, more)| {
            taken += more;
            day
        });
        let moment =
            own_day.map_or_else(|| self.moment_of(time), |day| instantly(day.and_time(time)));
        Some((moment, taken))
    }

    /// `20 minutes ago`, `il y a 20 minutes`.
    fn ago(&self, at: usize) -> Read<NaiveDateTime> {
        if self.words(at, &["il", "y", "a"]) {
            let (length, taken) = self.length(at + 3)?;
            return Some((self.now - length, taken + 3));
        }
        let (length, taken) = self.length(at)?;
        (self.word(at + taken)? == "ago").then_some((self.now - length, taken + 1))
    }

    /// A day, with the part of it or the time in it that is named beside it: `yesterday evening`, `hier à 14h`, `last night`.
    fn day_and_part(&self, at: usize) -> Read<Stretch> {
        let today = self.now.date();
        for (words, days, from, to) in tokens::PARTS {
            if self.words(at, words) {
                let day = today + TimeDelta::days(days);
                let start = day.and_time(hour(from));
                let length = TimeDelta::hours(i64::from(to) - i64::from(from));
                let stretch = Stretch {
                    from: start,
                    to: start + length,
                };
                // At 8 in the morning no evening of today has come: nothing is said of time.
                return (start < self.now).then_some((stretch, words.len()));
            }
        }
        let (day, mut taken) = self.day_at(at)?;
        let clock_at =
            at + taken + usize::from(self.word(at + taken).is_some_and(|word| AT.contains(&word)));
        if let Some((time, more)) =
            self.clock(clock_at, clock_at > at + taken || self.is_hour(clock_at))
        {
            taken = clock_at + more - at;
            return Some((instantly(day.and_time(time)), taken));
        }
        if let Some((from, to)) = self.word(at + taken).and_then(tokens::part_of_day) {
            let start = day.and_time(hour(from));
            let length = TimeDelta::hours(i64::from(to) - i64::from(from));
            return Some((
                Stretch {
                    from: start,
                    to: start + length,
                },
                taken + 1,
            ));
        }
        let start = day.and_time(NaiveTime::MIN);
        Some((
            Stretch {
                from: start,
                to: start + TimeDelta::days(1),
            },
            taken,
        ))
    }

    /// A day: `yesterday`, `hier`, `lundi`, `2026-11-20`, `20/11`, `20 novembre`, `Nov 20`.
    fn day_at(&self, at: usize) -> Read<NaiveDate> {
        let today = self.now.date();
        for (words, days) in tokens::DAYS {
            if self.words(at, words) {
                return Some((today + TimeDelta::days(days), words.len()));
            }
        }
        let word = self.word(at)?;
        if let Some(weekday) = tokens::weekday(word) {
            let back =
                (7 + today.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
            // The day's own name means the one a week ago: today would be called today.
            let back = if back == 0 { 7 } else { back };
            return Some((today - TimeDelta::days(i64::from(back)), 1));
        }
        if let Some(date) = tokens::date(word, today) {
            return Some((date, 1));
        }
        let next = self.word(at + 1)?;
        let (day, month) = match (tokens::month(word), tokens::month(next)) {
            (Some(month), _) => (tokens::day_number(next)?, month),
            (None, Some(month)) => (tokens::day_number(word)?, month),
            _ => return None,
        };
        Some((tokens::last_such_day(day, month, today)?, 2))
    }

    /// A time of day: `9`, `9:30`, `9 am`, `21h30`, `9 heures`, `noon`, `minuit`.
    fn clock(&self, at: usize, telling: bool) -> Read<NaiveTime> {
        let word = self.word(at)?;
        let next = self.word(at + 1);
        let (time, taken) = tokens::clock(word, next, telling)?;
        let next = self.word(at + taken);
        let minutes = next.filter(|_| word.ends_with('h') || taken == 2);
        match minutes.and_then(tokens::two_digits) {
            Some(minute) => Some((
                time.overflowing_add_signed(TimeDelta::minutes(minute)).0,
                taken + 1,
            )),
            None => Some((time, taken)),
        }
    }

    /// The last time that the clock showed this, or showed it on the day that the text names.
    fn moment_of(&self, time: NaiveTime) -> Stretch {
        let day = self.day.unwrap_or(self.now.date());
        let at = day.and_time(time);
        instantly(if at > self.now && self.day.is_none() {
            at - TimeDelta::days(1)
        } else {
            at
        })
    }

    /// A length: `20 minutes`, `2h`, `1h30`, `an hour`, `half an hour`, `une demi-heure`.
    fn length(&self, at: usize) -> Read<TimeDelta> {
        for (words, minutes) in tokens::LENGTHS {
            if self.words(at, words) {
                return Some((TimeDelta::minutes(minutes), words.len()));
            }
        }
        let word = self.word(at)?;
        if let Some(length) = tokens::compact_length(word) {
            return Some((length, 1));
        }
        let number = tokens::number(word)?;
        let unit = tokens::unit(self.word(at + 1)?)?;
        Some((tokens::times(unit, number)?, 2))
    }

    /// Whether a word is an hour in the French way, where its place leaves no doubt that it is not a length: `14h`.
    fn is_hour(&self, at: usize) -> bool {
        self.word(at).is_some_and(|word| word.ends_with('h'))
    }

    /// From a moment to now.
    fn until_now(&self, from: NaiveDateTime) -> Stretch {
        Stretch { from, to: self.now }
    }

    /// A token's text, lower case and without accents.
    fn word(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).map(|token| token.text.as_str())
    }

    /// Whether these words stand here.
    fn words(&self, at: usize, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(index, word)| {
            self.word(at + index)
                .is_some_and(|typed| tokens::is_word(typed, word))
        })
    }
}

/// A moment.
fn instantly(at: NaiveDateTime) -> Stretch {
    Stretch { from: at, to: at }
}

/// A moment with what lies around it; a stretch as it is.
fn around(stretch: Stretch) -> Stretch {
    if stretch.from < stretch.to {
        return stretch;
    }
    Stretch {
        from: stretch.from - AROUND,
        to: stretch.to + AROUND,
    }
}

/// A full hour.
fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN)
}

#[cfg(test)]
mod tests;
