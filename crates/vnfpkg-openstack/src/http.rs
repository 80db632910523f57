//! One question over HTTP: time limit, TLS, size of the answer. Redirections stay with the server that was asked, since the token
//! goes along.

use std::sync::Arc;

use serde_json::Value;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use url::Url;

use crate::clouds::Cloud;
use crate::error::OpenStackError;

/// A list of 10,000 ports has 10 MB.
const ANSWER_LIMIT: u64 = 64 << 20;
const REDIRECTIONS: usize = 3;

/// An answer that is JSON, or empty.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) token: Option<String>,
    pub(crate) body: Value,
}

/// Asks the servers of one cloud.
pub(crate) struct Http {
    agent: ureq::Agent,
    cloud: String,
}

impl Http {
    /// `ca` are the certificates of `cacert` in PEM.
    pub(crate) fn new(cloud: &Cloud, ca: Option<&[u8]>) -> Result<Self, OpenStackError> {
        let roots = match ca {
            Some(pem) => RootCerts::Specific(Arc::new(certificates(cloud, pem)?)),
            None => RootCerts::PlatformVerifier,
        };
        let tls = TlsConfig::builder().provider(TlsProvider::NativeTls).root_certs(roots).disable_verification(!cloud.verify).build();
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(cloud.time_limit))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("vnfpkg/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build();
        Ok(Self { agent: config.into(), cloud: cloud.name.clone() })
    }

    pub(crate) fn post(&self, url: &Url, body: &Value) -> Result<Answer, OpenStackError> {
        let sent = self.agent.post(url.as_str()).header("Content-Type", "application/json").send(body.to_string());
        self.answer(url, sent).map(|(answer, _)| answer)
    }

    pub(crate) fn get(&self, url: &Url, token: &str) -> Result<Answer, OpenStackError> {
        let mut url = url.clone();
        for _ in 0..=REDIRECTIONS {
            let sent = self.agent.get(url.as_str()).header("X-Auth-Token", token).header("Accept", "application/json").call();
            let (answer, location) = self.answer(&url, sent)?;
            let Some(location) = location.filter(|_| (300..400).contains(&answer.status)) else { return Ok(answer) };
            let next = url.join(&location).ok().filter(|next| next.origin() == url.origin());
            url = next.ok_or_else(|| self.odd(&url, format!("leads to `{}`, which is another server", plain(&location))))?;
        }
        Err(self.odd(&url, "leads in circles".to_owned()))
    }

    fn answer(
        &self,
        url: &Url,
        sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<(Answer, Option<String>), OpenStackError> {
        let response = sent.map_err(|error| self.unreachable(url, &error))?;
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (token, location) = (header("x-subject-token"), header("location"));
        let read = response.into_body().into_with_config().limit(ANSWER_LIMIT).read_to_vec();
        let bytes = read.map_err(|error| self.unreachable(url, &error))?;
        let body = match serde_json::from_slice(&bytes) {
            Ok(body) => body,
            Err(_) if (200..300).contains(&status) => return Err(self.odd(url, "is no JSON".to_owned())),
            Err(_) => Value::Null,
        };
        Ok((Answer { status, token, body }, location))
    }

    fn unreachable(&self, url: &Url, error: &ureq::Error) -> OpenStackError {
        let reason = plain(&error.to_string());
        let lower = reason.to_ascii_lowercase();
        let help = if lower.contains("certificate") || lower.contains("ssl") || lower.contains("tls") {
            "set `cacert` of the cloud to a file with the CA that signed the server's certificate"
        } else {
            "see that the address is right and can be reached from here; `api_timeout` of the cloud is the time limit in seconds"
        };
        OpenStackError::Unreachable { cloud: self.cloud.clone(), url: url.to_string(), reason, help: help.to_owned() }
    }

    pub(crate) fn no_address(&self, text: &str) -> OpenStackError {
        let reason = "cannot be had: that is no address of HTTP".to_owned();
        OpenStackError::Answer { cloud: self.cloud.clone(), url: plain(text), reason }
    }

    pub(crate) fn odd(&self, url: &Url, reason: String) -> OpenStackError {
        OpenStackError::Answer { cloud: self.cloud.clone(), url: url.to_string(), reason }
    }
}

fn certificates(cloud: &Cloud, pem: &[u8]) -> Result<Vec<Certificate<'static>>, OpenStackError> {
    let found: Vec<Certificate<'static>> = parse_pem(pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        return Err(OpenStackError::Clouds {
            file: cloud.cacert.clone().unwrap_or_default(),
            line: 1,
            message: "there is no certificate in PEM".to_owned(),
            help: "`cacert` names a file with CA certificates that begin with `-----BEGIN CERTIFICATE-----`".to_owned(),
        });
    }
    Ok(found)
}

/// What others wrote, on one line and not too much of it.
pub(crate) fn plain(text: &str) -> String {
    let clean: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(300).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}
