//! Which functions does Prometheus 2.42 have, and what do they take and give?
//!
//! Plain data with one look-up. The list decides what the checker accepts; each name must have an arm in `calls`.

/// The type of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueType {
    /// One number a step.
    Scalar,
    /// Any number of series with at most one value a step.
    Vector,
    /// Series with a stretch of samples a step.
    Range,
    /// A string.
    Text,
}

impl ValueType {
    /// The name in error messages.
    pub(super) fn documented(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Vector => "instant vector",
            Self::Range => "range vector",
            Self::Text => "string",
        }
    }

    /// The older name, which one error message still uses.
    pub(super) fn internal(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Vector => "vector",
            Self::Range => "matrix",
            Self::Text => "string",
        }
    }
}

/// What a function takes and gives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signature {
    /// Its name.
    pub(super) name: &'static str,
    /// The types of its arguments; the last may be left out or repeated as `extra` says.
    pub(super) takes: &'static [ValueType],
    /// How many arguments are optional.
    pub(super) extra: Extra,
    /// The type of its result.
    pub(super) gives: ValueType,
}

/// Whether the number of arguments is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    /// Exactly those listed.
    None,
    /// The last one may be left out.
    LastOptional,
    /// The last one may be left out or repeated.
    LastRepeats,
}

use ValueType::{Range, Scalar, Text, Vector};

/// A function of fixed arity that gives an instant vector.
const fn gives_vector(name: &'static str, takes: &'static [ValueType]) -> Signature {
    Signature {
        name,
        takes,
        extra: Extra::None,
        gives: Vector,
    }
}

/// A function that gives a scalar.
const fn gives_scalar(name: &'static str, takes: &'static [ValueType]) -> Signature {
    Signature {
        name,
        takes,
        extra: Extra::None,
        gives: Scalar,
    }
}

/// A function whose last argument may be left out.
const fn last_optional(name: &'static str, takes: &'static [ValueType]) -> Signature {
    Signature {
        name,
        takes,
        extra: Extra::LastOptional,
        gives: Vector,
    }
}

/// Every function of Prometheus 2.42, by name.
pub(super) const FUNCTIONS: [Signature; 70] = [
    gives_vector("abs", &[Vector]),
    gives_vector("absent", &[Vector]),
    gives_vector("absent_over_time", &[Range]),
    gives_vector("acos", &[Vector]),
    gives_vector("acosh", &[Vector]),
    gives_vector("asin", &[Vector]),
    gives_vector("asinh", &[Vector]),
    gives_vector("atan", &[Vector]),
    gives_vector("atanh", &[Vector]),
    gives_vector("avg_over_time", &[Range]),
    gives_vector("ceil", &[Vector]),
    gives_vector("changes", &[Range]),
    gives_vector("clamp", &[Vector, Scalar, Scalar]),
    gives_vector("clamp_max", &[Vector, Scalar]),
    gives_vector("clamp_min", &[Vector, Scalar]),
    gives_vector("cos", &[Vector]),
    gives_vector("cosh", &[Vector]),
    gives_vector("count_over_time", &[Range]),
    last_optional("day_of_month", &[Vector]),
    last_optional("day_of_week", &[Vector]),
    last_optional("day_of_year", &[Vector]),
    last_optional("days_in_month", &[Vector]),
    gives_vector("deg", &[Vector]),
    gives_vector("delta", &[Range]),
    gives_vector("deriv", &[Range]),
    gives_vector("exp", &[Vector]),
    gives_vector("floor", &[Vector]),
    gives_vector("histogram_count", &[Vector]),
    gives_vector("histogram_fraction", &[Scalar, Scalar, Vector]),
    gives_vector("histogram_quantile", &[Scalar, Vector]),
    gives_vector("histogram_sum", &[Vector]),
    gives_vector("holt_winters", &[Range, Scalar, Scalar]),
    last_optional("hour", &[Vector]),
    gives_vector("idelta", &[Range]),
    gives_vector("increase", &[Range]),
    gives_vector("irate", &[Range]),
    Signature {
        name: "label_join",
        takes: &[Vector, Text, Text, Text],
        extra: Extra::LastRepeats,
        gives: Vector,
    },
    gives_vector("label_replace", &[Vector, Text, Text, Text, Text]),
    gives_vector("last_over_time", &[Range]),
    gives_vector("ln", &[Vector]),
    gives_vector("log10", &[Vector]),
    gives_vector("log2", &[Vector]),
    gives_vector("max_over_time", &[Range]),
    gives_vector("min_over_time", &[Range]),
    last_optional("minute", &[Vector]),
    last_optional("month", &[Vector]),
    gives_scalar("pi", &[]),
    gives_vector("predict_linear", &[Range, Scalar]),
    gives_vector("present_over_time", &[Range]),
    gives_vector("quantile_over_time", &[Scalar, Range]),
    gives_vector("rad", &[Vector]),
    gives_vector("rate", &[Range]),
    gives_vector("resets", &[Range]),
    last_optional("round", &[Vector, Scalar]),
    gives_scalar("scalar", &[Vector]),
    gives_vector("sgn", &[Vector]),
    gives_vector("sin", &[Vector]),
    gives_vector("sinh", &[Vector]),
    gives_vector("sort", &[Vector]),
    gives_vector("sort_desc", &[Vector]),
    gives_vector("sqrt", &[Vector]),
    gives_vector("stddev_over_time", &[Range]),
    gives_vector("stdvar_over_time", &[Range]),
    gives_vector("sum_over_time", &[Range]),
    gives_vector("tan", &[Vector]),
    gives_vector("tanh", &[Vector]),
    gives_scalar("time", &[]),
    gives_vector("timestamp", &[Vector]),
    gives_vector("vector", &[Scalar]),
    last_optional("year", &[Vector]),
];

/// The function of that name.
pub(super) fn signature(name: &str) -> Option<&'static Signature> {
    FUNCTIONS
        .binary_search_by(|known| known.name.cmp(name))
        .ok()
        .map(|index| &FUNCTIONS[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_every_name_is_found() {
        for known in &FUNCTIONS {
            assert_eq!(
                signature(known.name).map(|found| found.name),
                Some(known.name)
            );
        }
    }
}
