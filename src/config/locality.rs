//! Regions and zones: which exist, and what a well-formed name of one looks like.
//!
//! A well-formed name that is not listed is allowed, so that a new place needs no new release of scout; the lists are
//! for suggestions and defaults. Source: `scw/locality.go` of Scaleway's Go SDK.

/// Regions known today.
pub(crate) const REGIONS: [&str; 4] = ["fr-par", "nl-ams", "pl-waw", "it-mil"];

/// Zones known today.
pub(crate) const ZONES: [&str; 10] = [
    "fr-par-1", "fr-par-2", "fr-par-3", "nl-ams-1", "nl-ams-2", "nl-ams-3", "pl-waw-1", "pl-waw-2",
    "pl-waw-3", "it-mil-1",
];

/// The official CLI's choice where nobody names a region.
pub(crate) const DEFAULT_REGION: &str = "fr-par";

/// The official CLI's choice where nobody names a region or a zone.
pub(crate) const DEFAULT_ZONE: &str = "fr-par-1";

/// Whether a name has the form of a region: two letters, a hyphen, three to seven letters.
pub(crate) fn is_region(name: &str) -> bool {
    let lower = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase());
    name.split_once('-').is_some_and(|(country, city)| {
        country.len() == 2 && (3..=7).contains(&city.len()) && lower(country) && lower(city)
    })
}

/// The region of a zone, or `None` where the name does not have the form of a zone: a region, a hyphen, one or two digits.
pub(crate) fn region_of_zone(zone: &str) -> Option<&str> {
    let (region, number) = zone.rsplit_once('-')?;
    let digits =
        (1..=2).contains(&number.len()) && number.bytes().all(|digit| digit.is_ascii_digit());
    (digits && is_region(region)).then_some(region)
}

/// Today's name of a region that was renamed: `par1` is `fr-par`, `ams1` is `nl-ams`.
pub(crate) fn renamed_region(old: &str) -> Option<&'static str> {
    match old {
        "par1" => Some("fr-par"),
        "ams1" => Some("nl-ams"),
        _ => None,
    }
}

/// The zones of a region; for one that scout does not know, its first zone.
pub(crate) fn zones_of(region: &str) -> Vec<String> {
    let known: Vec<String> = ZONES
        .iter()
        .filter(|zone| region_of_zone(zone) == Some(region))
        .map(|zone| (*zone).to_owned())
        .collect();
    if known.is_empty() {
        vec![format!("{region}-1")]
    } else {
        known
    }
}

/// Whether a text is a UUID in its usual form, in any letter case.
pub(crate) fn is_uuid(text: &str) -> bool {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let mut groups = text.split('-');
    let fits = GROUPS.iter().all(|length| {
        groups
            .next()
            .is_some_and(|g| g.len() == *length && g.bytes().all(|b| b.is_ascii_hexdigit()))
    });
    fits && groups.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_place_is_well_formed() {
        assert!(REGIONS.iter().all(|region| is_region(region)));
        assert!(
            ZONES
                .iter()
                .all(|zone| region_of_zone(zone).is_some_and(|region| REGIONS.contains(&region)))
        );
        assert_eq!(region_of_zone(DEFAULT_ZONE), Some(DEFAULT_REGION));
    }

    #[test]
    fn a_malformed_region_or_zone_is_refused() {
        for name in [
            "",
            "par1",
            "FR-par",
            "fr-pa",
            "fr-parisians",
            "fr_par",
            "fr-par-1",
            "fra-par",
        ] {
            assert!(!is_region(name), "{name}");
        }
        for name in [
            "",
            "fr-par",
            "fr-par-",
            "fr-par-a",
            "fr-par-123",
            "par1-1",
            "fr-par-1-1",
        ] {
            assert_eq!(region_of_zone(name), None, "{name}");
        }
        assert_eq!(region_of_zone("us-nyc-12"), Some("us-nyc"));
    }

    #[test]
    fn a_region_that_is_new_has_a_first_zone() {
        assert_eq!(zones_of("it-mil"), ["it-mil-1"]);
        assert_eq!(zones_of("us-nyc"), ["us-nyc-1"]);
        assert_eq!(zones_of("fr-par").len(), 3);
    }

    #[test]
    fn a_uuid_has_five_groups_of_hexadecimal_digits() {
        assert!(is_uuid("11111111-AAAA-1111-1111-11111111111f"));
        for text in [
            "",
            "11111111111111111111111111111111",
            "11111111-1111-1111-1111-11111111111",
            "11111111-1111-1111-1111-111111111111-",
            "g1111111-1111-1111-1111-111111111111",
            "11111111-1111-1111-1111-111111111111-1111",
        ] {
            assert!(!is_uuid(text), "{text}");
        }
    }
}
