//! What is said about machines: why one did not answer, and what was seen in one.

use crate::model::Lang;

/// No `ssh` program here.
pub(crate) fn no_ssh(lang: Lang) -> String {
    say!(
        lang,
        "there is no ssh program on this machine",
        "il n'y a pas de programme ssh sur cette machine"
    )
}

/// What to do without `ssh`.
pub(crate) fn no_ssh_hint(lang: Lang) -> String {
    say!(
        lang,
        "install the OpenSSH client",
        "installez le client OpenSSH"
    )
}

/// The agent's socket is not there.
pub(crate) fn no_agent(lang: Lang, socket: &str) -> String {
    say!(
        lang,
        "no ssh agent listens at {socket}",
        "aucun agent ssh n'écoute sur {socket}"
    )
}

/// What to do without an agent.
pub(crate) fn no_agent_hint(lang: Lang) -> String {
    say!(
        lang,
        "start the agent, or correct agent_sock in the map",
        "lancez l'agent, ou corrigez agent_sock dans la carte"
    )
}

/// The agent has no key to offer.
pub(crate) fn agent_empty(lang: Lang, host: &str) -> String {
    say!(
        lang,
        "{host} takes no key: the ssh agent is locked or holds none",
        "{host} n'accepte aucune clé : l'agent ssh est verrouillé ou n'en contient pas"
    )
}

/// What to do about an agent without keys.
pub(crate) fn agent_empty_hint(lang: Lang) -> String {
    say!(
        lang,
        "unlock the agent, then see its keys with ssh-add -l",
        "déverrouillez l'agent, puis voyez ses clés avec ssh-add -l"
    )
}

/// The machine takes none of the keys.
pub(crate) fn key_refused(lang: Lang, host: &str, said: &str) -> String {
    say!(
        lang,
        "{host} refuses every key that was offered: {said}",
        "{host} refuse toutes les clés proposées : {said}"
    )
}

/// What to do about a refused key.
pub(crate) fn key_refused_hint(lang: Lang, host: &str) -> String {
    say!(
        lang,
        "try ssh {host} by hand; it shows which user and keys are used",
        "essayez ssh {host} à la main ; on y voit l'utilisateur et les clés"
    )
}

/// The machine's key is another one than before.
pub(crate) fn host_key_changed(lang: Lang, host: &str) -> String {
    say!(
        lang,
        "the host key of {host} has changed: the machine was rebuilt, or something stands in between",
        "la clé d'hôte de {host} a changé : la machine a été recréée, ou quelqu'un s'interpose"
    )
}

/// What to do about a changed key.
pub(crate) fn host_key_changed_hint(lang: Lang) -> String {
    say!(
        lang,
        "compare its address with scout state instance; if it was rebuilt, remove the old key with ssh-keygen -R and connect once by hand",
        "comparez son adresse avec scout state instance ; si elle a été recréée, retirez l'ancienne clé par ssh-keygen -R et connectez-vous une fois à la main"
    )
}

/// The machine's key is not known.
pub(crate) fn host_key_unknown(lang: Lang, host: &str) -> String {
    say!(
        lang,
        "the host key of {host} is not known here, and scout accepts none by itself",
        "la clé d'hôte de {host} n'est pas connue ici, et scout n'en accepte aucune de lui-même"
    )
}

/// What to do about an unknown key.
pub(crate) fn host_key_unknown_hint(lang: Lang, host: &str) -> String {
    say!(
        lang,
        "connect once by hand with ssh {host} and check the key",
        "connectez-vous une fois à la main par ssh {host} et vérifiez la clé"
    )
}

/// Nobody knows the machine's name.
pub(crate) fn name_not_found(lang: Lang, host: &str) -> String {
    say!(
        lang,
        "the name {host} is not found: neither a Host of ~/.ssh/config nor in DNS",
        "le nom {host} est introuvable : ni Host de ~/.ssh/config, ni dans le DNS"
    )
}

/// What to do about a name that is not found.
pub(crate) fn name_not_found_hint(lang: Lang) -> String {
    say!(
        lang,
        "correct the target's host in the map, or add it to ~/.ssh/config",
        "corrigez le host de la cible dans la carte, ou ajoutez-le à ~/.ssh/config"
    )
}

/// The machine did not answer in time.
pub(crate) fn timed_out(lang: Lang, host: &str, seconds: u64) -> String {
    say!(
        lang,
        "{host} did not answer within {seconds} s",
        "{host} n'a pas répondu en {seconds} s"
    )
}

/// The machine cannot be reached.
pub(crate) fn unreachable(lang: Lang, host: &str, said: &str) -> String {
    say!(
        lang,
        "{host} cannot be reached: {said}",
        "{host} est injoignable : {said}"
    )
}

/// What to do about a machine that does not answer.
pub(crate) fn unreachable_hint(lang: Lang) -> String {
    say!(
        lang,
        "see whether it runs with scout state instance",
        "voyez si elle tourne avec scout state instance"
    )
}

/// The target is not in the map.
pub(crate) fn no_target(lang: Lang, target: &str) -> String {
    say!(
        lang,
        "the map has no ssh target {target} in this environment",
        "la carte n'a pas de cible ssh {target} dans cet environnement"
    )
}

/// The machine does not have a program.
pub(crate) fn not_installed(lang: Lang, target: &str, program: &str) -> String {
    say!(
        lang,
        "{target} has no {program}",
        "{target} n'a pas {program}"
    )
}

/// A command that ended badly.
pub(crate) fn failed(lang: Lang, target: &str, command: &str, code: i32, said: &str) -> String {
    say!(
        lang,
        "{command} on {target} ended with {code}: {said}",
        "{command} sur {target} s'est terminé par {code} : {said}"
    )
}

/// A command whose answer was cut.
pub(crate) fn cut(lang: Lang, target: &str, command: &str, bytes: usize) -> String {
    say!(
        lang,
        "{command} on {target} wrote more than {bytes} bytes: the rest is missing",
        "{command} sur {target} a écrit plus de {bytes} octets : le reste manque"
    )
}

/// A container that is not well.
pub(crate) fn container(lang: Lang, name: &str, status: &str) -> String {
    say!(
        lang,
        "container {name}: {status}",
        "conteneur {name} : {status}"
    )
}

/// A file system without space.
pub(crate) fn disk(lang: Lang, mount: &str, percent: u32) -> String {
    say!(
        lang,
        "the file system {mount} is {percent}% full",
        "le système de fichiers {mount} est plein à {percent}%"
    )
}

/// A file system without inodes.
pub(crate) fn inodes(lang: Lang, mount: &str, percent: u32) -> String {
    say!(
        lang,
        "the file system {mount} has {percent}% of its inodes in use",
        "le système de fichiers {mount} utilise {percent}% de ses inodes"
    )
}

/// A machine without memory.
pub(crate) fn memory(lang: Lang, available: &str, total: &str) -> String {
    say!(
        lang,
        "{available} of {total} memory are left",
        "il reste {available} de mémoire sur {total}"
    )
}

/// A process that the kernel killed.
pub(crate) fn killed(lang: Lang, process: &str, times: u64) -> String {
    match times {
        0 | 1 => say!(
            lang,
            "the kernel killed {process} for want of memory",
            "le noyau a tué {process} faute de mémoire"
        ),
        _ => say!(
            lang,
            "the kernel killed {process} or others for want of memory, {times} times",
            "le noyau a tué {process} ou d'autres faute de mémoire, {times} fois"
        ),
    }
}

/// A unit that failed.
pub(crate) fn unit(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "the unit {name} has failed",
        "l'unité {name} a échoué"
    )
}

/// What was looked at in a machine and is as it should be.
pub(crate) fn checked(lang: Lang, commands: &str) -> String {
    say!(
        lang,
        "the machine from inside: {commands}",
        "la machine vue de l'intérieur : {commands}"
    )
}
