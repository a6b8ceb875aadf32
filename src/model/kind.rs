//! What a resource is, in the words of the map.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The kind of a service or resource, or of something that happened to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Serverless container.
    Container,
    /// Serverless function.
    Function,
    /// Managed PostgreSQL.
    Postgres,
    /// Managed MySQL.
    Mysql,
    /// Managed Redis.
    Redis,
    /// Virtual machine.
    Instance,
    /// Object storage bucket.
    Bucket,
    /// Edge Services pipeline.
    Edge,
    /// Private network.
    PrivateNetwork,
    /// Kubernetes cluster.
    Kubernetes,
    /// Load balancer.
    LoadBalancer,
    /// Anything else that sends logs or metrics to Cockpit.
    Custom,
    /// A run of a serverless job: it happened, and is no service.
    JobRun,
    /// A call that the Audit Trail recorded: the same.
    AuditEvent,
}

impl Kind {
    /// Every kind that a service may have, in the order in which they are listed to people.
    pub(crate) const ALL: [Self; 12] = [
        Self::Container,
        Self::Function,
        Self::Postgres,
        Self::Mysql,
        Self::Redis,
        Self::Instance,
        Self::Bucket,
        Self::Edge,
        Self::PrivateNetwork,
        Self::Kubernetes,
        Self::LoadBalancer,
        Self::Custom,
    ];

    /// Whether it is something that happened, and no kind of a service.
    pub(crate) fn is_event(self) -> bool {
        matches!(self, Self::JobRun | Self::AuditEvent)
    }

    /// Its name in the map, in JSON and on the command line.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Function => "function",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Redis => "redis",
            Self::Instance => "instance",
            Self::Bucket => "bucket",
            Self::Edge => "edge",
            Self::PrivateNetwork => "private-network",
            Self::Kubernetes => "kubernetes",
            Self::LoadBalancer => "load-balancer",
            Self::Custom => "custom",
            Self::JobRun => "job-run",
            Self::AuditEvent => "audit-event",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or(())
    }
}
