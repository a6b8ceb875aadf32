//! Words of `evidence`: keeping it in a file.

use crate::model::Lang;

/// There is a file already.
pub(crate) fn bundle_exists(lang: Lang, path: &str) -> String {
    say!(lang, "{path} exists already", "{path} existe déjà")
}

/// What to do then.
pub(crate) fn bundle_exists_hint(lang: Lang) -> String {
    say!(
        lang,
        "name another file, or add --force to replace this one",
        "nommez un autre fichier, ou ajoutez --force pour remplacer celui-ci"
    )
}

/// The name is no file's.
pub(crate) fn bundle_no_file(lang: Lang, path: &str) -> String {
    say!(
        lang,
        "cannot keep the evidence in {path}: it is a folder",
        "impossible de conserver les preuves dans {path} : c'est un dossier"
    )
}

/// What to do then.
pub(crate) fn bundle_no_file_hint(lang: Lang) -> String {
    say!(
        lang,
        "name a file, such as incident.ndjson.gz",
        "nommez un fichier, par exemple incident.ndjson.gz"
    )
}

/// The folder is not there.
pub(crate) fn bundle_no_folder(lang: Lang, folder: &str) -> String {
    say!(
        lang,
        "cannot keep the evidence in {folder}: there is no such folder",
        "impossible de conserver les preuves dans {folder} : ce dossier n'existe pas"
    )
}

/// What to do then.
pub(crate) fn bundle_no_folder_hint(lang: Lang, folder: &str) -> String {
    say!(
        lang,
        "make it first: mkdir -p {folder}",
        "créez-le d'abord : mkdir -p {folder}"
    )
}

/// The system refuses.
pub(crate) fn bundle_cannot_write(lang: Lang, path: &str, why: &str) -> String {
    say!(
        lang,
        "cannot keep the evidence in {path}: {why}",
        "impossible de conserver les preuves dans {path} : {why}"
    )
}

/// What to do then.
pub(crate) fn bundle_cannot_write_hint(lang: Lang) -> String {
    say!(
        lang,
        "the report is complete; for its evidence, run it again with a file in a folder that you can write to and that has room",
        "le rapport est complet ; pour ses preuves, relancez avec un fichier dans un dossier accessible en écriture et qui a de la place"
    )
}

/// A bundle was kept.
pub(crate) fn bundle_kept(lang: Lang, path: &str, records: usize, bytes: u64) -> String {
    say!(
        lang,
        "evidence kept in {path}: {records} records, {bytes} bytes, secrets masked",
        "preuves conservées dans {path} : {records} enregistrements, {bytes} octets, secrets masqués"
    )
}
