//! The functions of the calendar, in UTC.
//!
//! They follow Go's `time.Unix` for every number, also where it is no sensible time: a value that 64 bits cannot hold, NaN
//! included, becomes the smallest integer, and seconds wrap around. `chrono` would refuse such values.

/// A function of a date.
pub(super) type CalendarFunction = fn(&Date) -> f64;

/// A point in time, taken apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Date {
    /// Year; negative before year 0.
    year: i64,
    /// Month, 1 to 12.
    month: usize,
    /// Day of the month, 1 to 31.
    day: i64,
    /// Day of the year, 1 to 366.
    day_of_year: i64,
    /// Day of the week, 0 for Sunday.
    weekday: i64,
    /// Second of the day.
    second: i64,
}

/// The function of that name.
pub(super) fn calendar_function(name: &str) -> Option<CalendarFunction> {
    Some(match name {
        "minute" => |date| (date.second / 60 % 60) as f64,
        "hour" => |date| (date.second / 3600) as f64,
        "day_of_week" => |date| date.weekday as f64,
        "day_of_month" => |date| date.day as f64,
        "day_of_year" => |date| date.day_of_year as f64,
        "days_in_month" => |date| days_in_month(date.year, date.month) as f64,
        "month" => |date| date.month as f64,
        "year" => |date| date.year as f64,
        _ => return None,
    })
}

/// Seconds of a day.
const DAY: i128 = 86_400;

/// Days of four centuries, after which the calendar repeats.
const ERA: i128 = 146_097;

/// Go counts seconds from the year -292277022399, a first January, in unsigned 64 bits; this is 1970 in that count.
const UNIX_EPOCH: u64 = 9_223_371_966_579_724_800;

/// Days from that first January to 1970.
const EPOCH_DAYS: i128 = UNIX_EPOCH as i128 / DAY;

/// The date of Unix seconds, fractions cut off.
pub(super) fn date(seconds: f64) -> Date {
    let (smallest, largest) = (i64::MIN as f64, i64::MAX as f64);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "only what fits is converted"
    )]
    let seconds = if seconds >= smallest && seconds < largest {
        seconds as i64
    } else {
        i64::MIN
    };
    let absolute = i128::from(UNIX_EPOCH.wrapping_add_signed(seconds));
    let days = absolute.div_euclid(DAY) - EPOCH_DAYS;
    // 1 January 1970 was a Thursday; 1 January 2000 begins an era.
    let from_2000 = days - 10_957;
    let (era, day_of_era) = (from_2000.div_euclid(ERA), from_2000.rem_euclid(ERA));
    let mut year = 2000 + era * 400;
    let mut rest = day_of_era;
    let estimate = (rest / 366).min(399);
    year += estimate;
    rest -= days_before(estimate);
    while rest >= year_days(year) {
        rest -= year_days(year);
        year += 1;
    }
    let (year, mut day) = (narrow(year), narrow(rest));
    let day_of_year = day + 1;
    let mut month = 1;
    while day >= days_in_month(year, month) {
        day -= days_in_month(year, month);
        month += 1;
    }
    Date {
        year,
        month,
        day: day + 1,
        day_of_year,
        weekday: narrow((days + 4).rem_euclid(7)),
        second: narrow(absolute.rem_euclid(DAY)),
    }
}

/// A number that the ranges above keep small.
fn narrow(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Days of the first `years` years of an era that begins with a leap year.
fn days_before(years: i128) -> i128 {
    if years == 0 {
        return 0;
    }
    let last = years - 1;
    years * 365 + last / 4 - last / 100 + 1
}

/// Days of a year.
fn year_days(year: i128) -> i128 {
    if is_leap(narrow(year)) { 366 } else { 365 }
}

/// Whether a year has a 29 February.
fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month.
fn days_in_month(year: i64, month: usize) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Datelike, Timelike};

    use super::*;

    #[test]
    fn dates_agree_with_chrono_wherever_it_has_one() {
        let mut seconds: i64 = -62_135_596_800;
        while seconds < 64_092_211_200 {
            let known = DateTime::from_timestamp(seconds, 0).unwrap();
            let date = date(seconds as f64);
            assert_eq!(
                (
                    date.year,
                    date.month,
                    date.day,
                    date.weekday,
                    date.day_of_year,
                    date.second
                ),
                (
                    i64::from(known.year()),
                    known.month() as usize,
                    i64::from(known.day()),
                    i64::from(known.weekday().num_days_from_sunday()),
                    i64::from(known.ordinal()),
                    i64::from(known.num_seconds_from_midnight()),
                ),
                "{seconds}"
            );
            seconds += 12_345_677;
        }
    }

    #[test]
    fn numbers_that_are_no_time_come_to_what_go_makes_of_them() {
        assert_eq!(date(1e18).year, 31_688_740_476);
        assert_eq!(date(f64::NAN).weekday, 0);
        assert_eq!(date(f64::INFINITY).second / 3600, 15);
        assert_eq!(date(-0.5).second, 0);
        assert_eq!(date(-1.0).second, 86_399);
        assert_eq!(date(-1e12).year, -29_719);
    }
}
