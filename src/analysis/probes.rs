//! What do probes show? Addresses that do not answer, certificates at their end, first bytes that take long.
//!
//! In: probe records, of scout's own or another program's. Out: facts about the services whose addresses they are. A probe is of
//! the moment of the run and of one place: only a certificate's own date says since when. A refusal (4xx) and a guard against bots
//! are no outage: the service, or what stands before it, answered.

use super::axis::Axis;
use super::fact::{Detail, Fact, Probed, Sign};
use crate::evidence::{Evidence, ProbeProblem, ProbeRecord};
use crate::model::{Breach, CERTIFICATE_DAYS, FIRST_BYTE_SECONDS, Instant, Severity};

/// Milliseconds of a day.
const DAY_MS: f64 = 86_400_000.0;

/// The facts of all probes.
pub(crate) fn read_probes(evidence: &Evidence, axis: &Axis) -> Vec<Fact> {
    let now = evidence.meta.created_at;
    evidence
        .probes()
        .flat_map(|probe| {
            let failed = failure(probe, axis);
            let ended = probe.problem == Some(ProbeProblem::CertificateExpired);
            let expires = probe
                .cert_expires_at
                .filter(|_| !ended)
                .and_then(|at| expiry(probe, at, now));
            failed.into_iter().chain(expires).chain(slowness(probe))
        })
        .collect()
}

/// A fact of a probe.
fn fact(
    probe: &ProbeRecord,
    severity: Severity,
    since: Option<Instant>,
    (subject, amount): (String, f64),
    seen: Probed,
) -> Fact {
    Fact {
        sign: Sign::Probe,
        service: probe.service.clone(),
        severity,
        since,
        subject,
        amount,
        detail: Detail::Probe {
            seen,
            url: probe.url.clone(),
            times: [
                probe.dns_seconds,
                probe.connect_seconds,
                probe.tls_seconds,
                probe.ttfb_seconds,
            ],
        },
    }
}

/// An address that did not answer as it should.
fn failure(probe: &ProbeRecord, axis: &Axis) -> Option<Fact> {
    if probe.ok {
        return None;
    }
    let word = probe.problem.map_or("failed", ProbeProblem::as_str);
    let said = probe.error.clone().unwrap_or_default();
    let status = probe.status.map(|status| format!(" status={status}"));
    let subject = format!("probe={word}{}\n{said}", status.unwrap_or_default());
    let ended = probe.problem == Some(ProbeProblem::CertificateExpired);
    let since = probe
        .cert_expires_at
        .filter(|at| ended && *at >= axis.baseline.from && *at < axis.window.to);
    let seen = Probed::Failed {
        why: said,
        status: probe.status,
    };
    Some(fact(probe, badness(probe), since, (subject, 1.0), seen))
}

/// How bad a probe that failed is.
fn badness(probe: &ProbeRecord) -> Severity {
    match (probe.problem, probe.status) {
        (
            Some(ProbeProblem::BadAddress | ProbeProblem::BotChallenge | ProbeProblem::ClientError),
            _,
        )
        | (None, Some(400..500)) => Severity::Info,
        // A company's own issuer is trusted by its people and not by every machine; and what another program's word means is not
        // known so well.
        (Some(ProbeProblem::CertificateUntrusted), _) | (None, None | Some(0..400)) => {
            Severity::Warning
        }
        _ => Severity::Critical,
    }
}

/// A certificate that has little time left.
fn expiry(probe: &ProbeRecord, at: Instant, now: Instant) -> Option<Fact> {
    let days = (at - now).num_milliseconds() as f64 / DAY_MS;
    let severity = match CERTIFICATE_DAYS.judge(days) {
        _ if days < 0.0 => Severity::Critical,
        Breach::Critical => Severity::Warning,
        Breach::Warning => Severity::Info,
        Breach::Ok => return None,
    };
    let word = if days < 0.0 {
        "certificate-expired"
    } else {
        "certificate-expires"
    };
    let subject = format!("probe={word} days={days:.0}");
    let seen = Probed::Expires { left: at - now };
    Some(fact(probe, severity, None, (subject, -days), seen))
}

/// An answer that took long to begin.
fn slowness(probe: &ProbeRecord) -> Option<Fact> {
    let seconds = probe.ttfb_seconds.filter(|seconds| seconds.is_finite())?;
    let severity = match FIRST_BYTE_SECONDS.judge(seconds) {
        Breach::Critical => Severity::Warning,
        Breach::Warning => Severity::Info,
        Breach::Ok => return None,
    };
    let subject = format!("probe=slow seconds={seconds:.1}");
    let seen = Probed::Slow { seconds };
    Some(fact(probe, severity, None, (subject, seconds), seen))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Meta, MetaMap, Record};
    use crate::model::Window;

    /// The facts of one probe, a JSON object as a bundle has it.
    fn facts(probe: &serde_json::Value) -> Vec<Fact> {
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let window = Window::new(at("2026-11-21T09:00:00Z"), at("2026-11-21T09:30:00Z")).unwrap();
        let mut record =
            serde_json::json!({"type": "probe", "service": "api", "url": "https://a.example/"});
        let fields = record.as_object_mut().unwrap();
        fields.extend(probe.as_object().unwrap().clone());
        let probe: Record = serde_json::from_value(record).unwrap();
        let evidence = Evidence {
            meta: Meta {
                schema: 1,
                bundle_id: String::new(),
                created_at: window.to,
                tool: String::new(),
                environment: String::new(),
                window,
                baseline: window.just_before(),
                issue: String::new(),
                params: serde_json::Map::new(),
                redacted: false,
                map: MetaMap::default(),
            },
            records: vec![probe],
        };
        let axis = Axis {
            baseline: window.just_before(),
            window,
        };
        read_probes(&evidence, &axis)
    }

    #[test]
    fn an_outage_is_critical_and_a_guard_is_none() {
        use serde_json::json;
        for (probe, severity) in [
            (
                json!({"ok": false, "problem": "unreachable"}),
                Severity::Critical,
            ),
            (
                json!({"ok": false, "problem": "server-error", "status": 502}),
                Severity::Critical,
            ),
            (json!({"ok": false, "status": 502}), Severity::Critical),
            (
                json!({"ok": false, "problem": "bot-challenge", "status": 503}),
                Severity::Info,
            ),
            (
                json!({"ok": false, "problem": "client-error", "status": 404}),
                Severity::Info,
            ),
            (
                json!({"ok": false, "problem": "certificate-untrusted"}),
                Severity::Warning,
            ),
            (
                json!({"ok": false, "problem": "another-word", "error": "x"}),
                Severity::Warning,
            ),
        ] {
            let found = facts(&probe);
            assert_eq!(found.len(), 1, "{probe}");
            assert_eq!(found[0].severity, severity, "{probe}");
        }
        assert!(facts(&json!({"ok": true, "status": 200, "ttfb_seconds": 0.2})).is_empty());
    }

    #[test]
    fn a_certificate_is_judged_by_the_days_it_has_left() {
        use serde_json::json;
        for (expires, expected) in [
            ("2026-12-25T00:00:00Z", None),
            ("2026-12-20T00:00:00Z", Some(Severity::Info)),
            ("2026-12-01T00:00:00Z", Some(Severity::Warning)),
            ("2026-11-20T00:00:00Z", Some(Severity::Critical)),
        ] {
            let found = facts(&json!({"ok": true, "status": 200, "cert_expires_at": expires}));
            let severity = found.first().map(|fact| fact.severity);
            assert_eq!(severity, expected, "{expires}");
        }
    }

    #[test]
    fn an_expiry_inside_the_time_in_question_says_since_when() {
        let expired = |at: &str| {
            let probe = serde_json::json!({
                "ok": false, "problem": "certificate-expired", "cert_expires_at": at
            });
            facts(&probe)
        };
        let recent = expired("2026-11-21T09:12:00Z");
        assert_eq!(recent.len(), 1, "told once");
        assert_eq!(recent[0].since, "2026-11-21T09:12:00Z".parse().ok());
        assert_eq!(expired("2026-10-01T00:00:00Z")[0].since, None);
    }

    #[test]
    fn a_slow_first_byte_is_told() {
        use serde_json::json;
        let severity = |seconds: f64| {
            let found = facts(&json!({"ok": true, "status": 200, "ttfb_seconds": seconds}));
            found.first().map(|fact| fact.severity)
        };
        assert_eq!(severity(0.4), None);
        assert_eq!(severity(1.5), Some(Severity::Info));
        assert_eq!(severity(3.0), Some(Severity::Warning));
    }
}
