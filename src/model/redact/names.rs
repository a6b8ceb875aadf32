//! Which names say that the value after them is a secret?
//!
//! A name is read as words (`dbPassword`, `DB_PASSWORD_2`, `x-api-key`). It is a secret's if one of its words is, unless its last
//! word says that the value is something about the secret: `token_type`, `secret_name`, `password_file`.

use super::span::Class;

/// What a name says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sensitive {
    /// What the value is.
    pub(super) class: Class,
    /// How sure the name is, and what shape its value has.
    pub(super) shape: Shape,
}

/// What a secret's value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything, even a number or a common word.
    Anything,
    /// No number of a few digits: `pass=3` counts tests, `tokens: 512` counts words.
    NoCount,
    /// At least sixteen characters: `signature: ok` is none.
    Long,
    /// A scheme and what comes after it.
    Authorization,
    /// Pairs, up to the end of the header.
    Cookie,
    /// A path is none: `PWD=/srv`.
    NoPath,
}

/// The longest name that is read. Longer ones are read from their last word back.
const LONGEST_NAME: usize = 80;

/// Last words of names whose values are about a secret, not one.
const ABOUT: [&str; 64] = [
    "type",
    "types",
    "name",
    "names",
    "id",
    "ids",
    "file",
    "path",
    "dir",
    "length",
    "len",
    "size",
    "count",
    "total",
    "ttl",
    "expiry",
    "expires",
    "expired",
    "expiration",
    "age",
    "policy",
    "changed",
    "limit",
    "limits",
    "bucket",
    "url",
    "uri",
    "field",
    "enabled",
    "disabled",
    "required",
    "valid",
    "version",
    "usage",
    "used",
    "error",
    "errors",
    "status",
    "attempts",
    "retries",
    "present",
    "set",
    "at",
    "in",
    "method",
    "scheme",
    "format",
    "endpoint",
    "issuer",
    "audience",
    "scope",
    "scopes",
    "ref",
    "rotation",
    "refresh",
    "lifetime",
    "algorithm",
    "alg",
    "encryption",
    "strength",
    "reset",
    "verified",
    "domain",
    "prefix",
];

/// Words before `key` that make it a secret one.
const KEYS: [&str; 24] = [
    "api",
    "access",
    "secret",
    "private",
    "encryption",
    "encrypt",
    "signing",
    "sign",
    "account",
    "master",
    "shared",
    "auth",
    "license",
    "app",
    "application",
    "storage",
    "service",
    "deploy",
    "webhook",
    "hmac",
    "aes",
    "subscription",
    "admin",
    "crypt",
];

/// Letters of a name as bits, for a quick no.
const fn letters(word: &[u8]) -> u32 {
    let mut bits = 0;
    let mut index = 0;
    while index < word.len() {
        bits |= 1 << (word[index].to_ascii_lowercase() & 31);
        index += 1;
    }
    bits
}

/// Letter sets of which a secret's name has at least one.
const NEEDED: [u32; 12] = [
    letters(b"pas"),
    letters(b"pwd"),
    letters(b"token"),
    letters(b"secret"),
    letters(b"key"),
    letters(b"auth"),
    letters(b"cookie"),
    letters(b"cred"),
    letters(b"sid"),
    letters(b"jwt"),
    letters(b"sig"),
    letters(b"cv"),
];

/// Rarer names, by their letters.
const RARE: [u32; 5] = [
    letters(b"psk"),
    letters(b"mdp"),
    letters(b"jeton"),
    letters(b"otp"),
    letters(b"bearer"),
];

/// What every name holds that says anything about its value, as an expression up to the name's end: see `sign`. Words that must
/// come last have only digits behind them.
pub(super) const SIGN: &str = concat!(
    r"(?i:pass(?:e|wd|phrase|code|[_.-]?word)|psk|mdp|token|jwt|jeton|bearer|secret|cred|sessid|sessionid)[\w.-]*",
    r"|(?i:pass|pwd|keys?|auth(?:orization)?|cookies?|connect[_.-]?sid|otp|cvv|cvc|sig(?:nature)?)[0-9_.-]*"
);

/// What a name says about its value; `None` for a name that says nothing.
pub(super) fn class_of(name: &[u8]) -> Option<Sensitive> {
    let bits = letters(name);
    let may = |set: &u32| bits & set == *set;
    if !(NEEDED.iter().any(may) || RARE.iter().any(may)) {
        return None;
    }
    let name = &name[name.len().saturating_sub(LONGEST_NAME)..];
    let mut buffer = [0; 2 * LONGEST_NAME];
    let length = split_words(name, &mut buffer);
    let text = std::str::from_utf8(&buffer[..length]).ok()?;
    let mut words = text.split('_').filter(|word| !word.is_empty());
    let last = words.next_back()?;
    judge(text, last)
}

/// What a whole key of a table says about its value. A text that merely holds a name is none.
pub(super) fn class_of_whole(name: &str) -> Option<Sensitive> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-. /".contains(&byte);
    let is_name = name.len() <= LONGEST_NAME && name.bytes().all(is_part);
    is_name.then(|| class_of(name.as_bytes())).flatten()
}

/// Writes a name in lower case with `_` between its words, and gives the length.
fn split_words(name: &[u8], out: &mut [u8]) -> usize {
    let mut length = 0;
    let mut before = b'_';
    for (index, &byte) in name.iter().enumerate() {
        let next_is_lower = name.get(index + 1).is_some_and(u8::is_ascii_lowercase);
        let starts_word = byte.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || (before.is_ascii_uppercase() && next_is_lower));
        if starts_word || (byte.is_ascii_alphabetic() && before.is_ascii_digit()) {
            out[length] = b'_';
            length += 1;
        }
        out[length] = if byte.is_ascii_alphanumeric() {
            byte.to_ascii_lowercase()
        } else {
            b'_'
        };
        length += 1;
        before = byte;
    }
    while length > 0 && (out[length - 1].is_ascii_digit() || out[length - 1] == b'_') {
        length -= 1;
    }
    length
}

/// What the words of a name say.
fn judge(text: &str, last: &str) -> Option<Sensitive> {
    let is = |class, shape| Some(Sensitive { class, shape });
    let has = |wanted: &[&str]| text.split('_').any(|word| wanted.contains(&word));
    if ABOUT.contains(&last) {
        return None;
    }
    if last == "authorization" || text.ends_with("npm_auth") || text == "_auth" {
        return is(Class::Token, Shape::Authorization);
    }
    if matches!(last, "cookie" | "cookies" | "setcookie") {
        return is(Class::Cookie, Shape::Cookie);
    }
    if has(&["phpsessid", "jsessionid", "sessid"]) || text == "connect_sid" {
        return is(Class::Cookie, Shape::Long);
    }
    if ["password", "passwd", "passphrase", "passcode", "motdepasse"]
        .iter()
        .any(|word| text.contains(word))
        || has(&["psk", "mdp", "passe"])
        || text.ends_with("pass_word")
    {
        return is(Class::Password, Shape::Anything);
    }
    if last == "pwd" || text.ends_with("pwd") {
        return is(Class::Password, Shape::NoPath);
    }
    if last == "pass" || text.ends_with("dbpass") || text.ends_with("pgpass") {
        return is(Class::Password, Shape::NoCount);
    }
    if is_key(text, last) {
        return is(Class::Secret, Shape::NoCount);
    }
    if has(&["secret", "secrets", "credential", "credentials", "creds"])
        || [
            "clientsecret",
            "appsecret",
            "sharedsecret",
            "jwtsecret",
            "secretkey",
        ]
        .iter()
        .any(|word| text.contains(word))
    {
        return is(Class::Secret, Shape::NoCount);
    }
    if is_token(text) {
        return is(Class::Token, Shape::NoCount);
    }
    if matches!(last, "otp" | "cvv" | "cvc") {
        return is(Class::Secret, Shape::Anything);
    }
    if matches!(last, "signature" | "sig") {
        return is(Class::Token, Shape::Long);
    }
    None
}

/// Whether a name is that of a key that opens something.
fn is_key(text: &str, last: &str) -> bool {
    let stem = last
        .strip_suffix("keys")
        .or_else(|| last.strip_suffix("key"));
    let Some(stem) = stem else { return false };
    if !stem.is_empty() {
        return KEYS.iter().any(|word| stem.ends_with(word));
    }
    let mut words = text.rsplit('_').filter(|word| !word.is_empty());
    words.next();
    words.next().is_some_and(|word| KEYS.contains(&word))
}

/// Whether a name is that of a token; a token that turns a page opens nothing.
fn is_token(text: &str) -> bool {
    let pages = [
        "page",
        "next",
        "continuation",
        "cursor",
        "max",
        "num",
        "prompt",
        "completion",
        "parse",
    ];
    let mut words = text.split('_');
    !words.clone().any(|word| pages.contains(&word))
        && words.any(|word| {
            word.ends_with("token")
                || word.ends_with("jwt")
                || matches!(word, "tokens" | "jeton" | "bearer" | "apitokens")
        })
}
