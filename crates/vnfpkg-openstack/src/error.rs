//! What can go wrong, with the cloud, the address and what to do.

/// Why the cloud could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenStackError {
    /// `clouds.yaml` or `secure.yaml` is not as it has to be.
    #[error("{file}:{line}: {message}")]
    Clouds {
        /// The file.
        file: String,
        /// Line in it, from 1.
        line: u32,
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// No file describes the cloud.
    #[error("no cloud `{name}` is described in {file}")]
    NoCloud {
        /// The name that was asked for.
        name: String,
        /// The file.
        file: String,
        /// Clouds that it describes.
        known: Vec<String>,
    },
    /// Nobody answers, or not in time, or not over TLS as it has to be.
    #[error("cloud `{cloud}`: {url} does not answer: {reason}")]
    Unreachable {
        /// The cloud.
        cloud: String,
        /// What was asked.
        url: String,
        /// What came instead.
        reason: String,
        /// What to do.
        help: String,
    },
    /// A service refuses.
    #[error("cloud `{cloud}`: {service} at {url} answers {status}{}", detail(.message))]
    Refused {
        /// The cloud.
        cloud: String,
        /// The service, as its people call it.
        service: &'static str,
        /// What was asked.
        url: String,
        /// HTTP status.
        status: u16,
        /// What the service says, when it says something.
        message: String,
        /// What to do.
        help: String,
    },
    /// The catalogue of the project has no such service.
    #[error("cloud `{cloud}`: the catalogue has no {interface} endpoint of {service}{}", in_region(.region))]
    NoEndpoint {
        /// The cloud.
        cloud: String,
        /// The service, as its people call it.
        service: &'static str,
        /// `public`, `internal` or `admin`.
        interface: String,
        /// The region that `clouds.yaml` names.
        region: Option<String>,
        /// Regions that the catalogue has the service in.
        regions: Vec<String>,
    },
    /// The answer is none of the API.
    #[error("cloud `{cloud}`: the answer of {url} {reason}")]
    Answer {
        /// The cloud.
        cloud: String,
        /// What was asked.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl OpenStackError {
    /// What to do, one sentence.
    pub fn help(&self) -> String {
        match self {
            Self::Clouds { help, .. } | Self::Unreachable { help, .. } | Self::Refused { help, .. } => help.clone(),
            Self::NoCloud { known, .. } if known.is_empty() => "describe it under `clouds:`".to_owned(),
            Self::NoCloud { known, .. } => format!("it describes {}", known.join(", ")),
            Self::NoEndpoint { regions, .. } if regions.is_empty() => {
                "the cloud does not offer that service to this project; set `interface` if it does on another network".to_owned()
            }
            Self::NoEndpoint { regions, .. } => format!("set `region_name` to one of {}, or `interface`", regions.join(", ")),
            Self::Answer { .. } => "see that `auth_url` and the endpoints of the catalogue lead to OpenStack".to_owned(),
        }
    }
}

fn detail(message: &str) -> String {
    if message.is_empty() { String::new() } else { format!(": {message}") }
}

fn in_region(region: &Option<String>) -> String {
    region.as_ref().map(|region| format!(" in region `{region}`")).unwrap_or_default()
}
