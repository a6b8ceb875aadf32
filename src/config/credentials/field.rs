//! Which fields are there, what are they called in the file and in the environment, and what form do they have?

use crate::config::locality::{self, REGIONS, ZONES, is_region, is_uuid, region_of_zone};
use crate::model::nearest;

/// An older name of both keys: the CLI reads it as the access key and, where nothing else is set, as the secret key.
pub(super) const OLD_ACCESS_KEY: &str = "SCALEWAY_ACCESS_KEY";

/// The older name of `SCW_INSECURE`, which means the opposite.
pub(super) const OLD_TLS_VERIFY: &str = "SCW_TLSVERIFY";

/// A field of the credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    /// Access key.
    AccessKey,
    /// Secret key.
    SecretKey,
    /// Default organization.
    OrganizationId,
    /// Default project.
    ProjectId,
    /// Default region.
    Region,
    /// Default zone.
    Zone,
    /// Address of the API.
    ApiUrl,
    /// Whether certificates are not checked.
    Insecure,
}

impl Field {
    /// Every field.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 8] = [
        Self::AccessKey,
        Self::SecretKey,
        Self::OrganizationId,
        Self::ProjectId,
        Self::Region,
        Self::Zone,
        Self::ApiUrl,
        Self::Insecure,
    ];

    /// Its key in the file.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::AccessKey => "access_key",
            Self::SecretKey => "secret_key",
            Self::OrganizationId => "default_organization_id",
            Self::ProjectId => "default_project_id",
            Self::Region => "default_region",
            Self::Zone => "default_zone",
            Self::ApiUrl => "api_url",
            Self::Insecure => "insecure",
        }
    }

    /// Its environment variable.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::AccessKey => "SCW_ACCESS_KEY",
            Self::SecretKey => "SCW_SECRET_KEY",
            Self::OrganizationId => "SCW_DEFAULT_ORGANIZATION_ID",
            Self::ProjectId => "SCW_DEFAULT_PROJECT_ID",
            Self::Region => "SCW_DEFAULT_REGION",
            Self::Zone => "SCW_DEFAULT_ZONE",
            Self::ApiUrl => "SCW_API_URL",
            Self::Insecure => "SCW_INSECURE",
        }
    }

    /// Older names of the variable, the first that is set wins.
    pub(super) fn old_variables(self) -> &'static [&'static str] {
        match self {
            Self::AccessKey => &[OLD_ACCESS_KEY],
            Self::SecretKey => &["SCW_TOKEN", "SCALEWAY_TOKEN", OLD_ACCESS_KEY],
            Self::OrganizationId => &["SCW_ORGANIZATION", "SCALEWAY_ORGANIZATION"],
            Self::Region => &["SCW_REGION", "SCALEWAY_REGION"],
            Self::Insecure => &[OLD_TLS_VERIFY],
            Self::ProjectId | Self::Zone | Self::ApiUrl => &[],
        }
    }

    /// Whether a value has the field's form. Addresses are checked on their own, since there is more to say about them.
    pub(super) fn accepts(self, value: &str) -> bool {
        match self {
            Self::AccessKey => is_access_key(value),
            Self::SecretKey | Self::OrganizationId | Self::ProjectId => is_uuid(value),
            Self::Region => is_region(value),
            Self::Zone => region_of_zone(value).is_some(),
            Self::ApiUrl => true,
            Self::Insecure => parse_go_bool(value).is_some(),
        }
    }

    /// Whether [`OLD_ACCESS_KEY`] is this field's: unless its value has the form of the other key.
    pub(super) fn accepts_old(self, value: &str) -> bool {
        match self {
            Self::AccessKey => !is_uuid(value),
            _ => !is_access_key(value),
        }
    }

    /// The place that was probably meant. Never anything for other fields: their values are not repeated.
    pub(super) fn suggestion(self, value: &str) -> Option<String> {
        let near = match self {
            Self::Region => locality::renamed_region(value)
                .or_else(|| region_of_zone(value).filter(|region| REGIONS.contains(region)))
                .or_else(|| nearest(value, REGIONS)),
            Self::Zone => nearest(value, ZONES),
            _ => None,
        };
        near.map(str::to_owned)
    }
}

/// Whether a text has the form of an access key: `SCW` and 17 capitals or digits.
fn is_access_key(text: &str) -> bool {
    text.strip_prefix("SCW").is_some_and(|rest| {
        rest.len() == 17
            && rest
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    })
}

/// A boolean as Go's `strconv.ParseBool` reads it, which is how the CLI reads one.
pub(super) fn parse_go_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}
