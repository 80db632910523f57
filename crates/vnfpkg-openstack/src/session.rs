//! A login at Keystone, and the services of its catalogue.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use crate::clouds::{Auth, Cloud, Key};
use crate::error::OpenStackError;
use crate::http::{Http, plain};

/// A service that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Keystone,
    Nova,
    Neutron,
    Heat,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::Keystone => "Keystone",
            Self::Nova => "Nova",
            Self::Neutron => "Neutron",
            Self::Heat => "Heat",
        }
    }

    /// Its type in the catalogue.
    fn kind(self) -> &'static str {
        match self {
            Self::Keystone => "identity",
            Self::Nova => "compute",
            Self::Neutron => "network",
            Self::Heat => "orchestration",
        }
    }
}

/// A login.
pub struct Session<'a> {
    cloud: &'a Cloud,
    http: Http,
    token: SecretString,
    catalogue: Value,
}

impl<'a> Session<'a> {
    /// Logs in. `ca` are the certificates in the file that `cacert` names, in PEM.
    ///
    /// # Errors
    /// When Keystone cannot be reached, or refuses.
    pub fn open(cloud: &'a Cloud, ca: Option<&[u8]>) -> Result<Self, OpenStackError> {
        let http = Http::new(cloud, ca)?;
        let url = parse(&http, &format!("{}/v3/auth/tokens", cloud.auth_url))?;
        let answer = http.post(&url, &json!({ "auth": login(&cloud.auth) }))?;
        if answer.status != 201 {
            return Err(refused(cloud, Service::Keystone, &url, answer.status, &answer.body));
        }
        let Some(token) = answer.token else { return Err(http.odd(&url, "has no token".to_owned())) };
        let catalogue = answer.body["token"]["catalog"].clone();
        Ok(Self { cloud, http, token: SecretString::from(token), catalogue })
    }

    /// What a service has under a path with a query; `None` when it has nothing there.
    pub(crate) fn get(&self, service: Service, path: &[&str], query: &[(&str, &str)]) -> Result<Option<Value>, OpenStackError> {
        let mut url = self.endpoint(service)?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.get_url(service, &url)
    }

    /// What a service has under an address that an earlier answer names.
    pub(crate) fn get_next(&self, service: Service, link: &str) -> Result<Option<Value>, OpenStackError> {
        let endpoint = self.endpoint(service)?;
        let url = parse(&self.http, link)?;
        if url.origin() != endpoint.origin() {
            return Err(self.http.odd(&endpoint, format!("goes on at `{}`, which is another server", plain(link))));
        }
        self.get_url(service, &url)
    }

    fn get_url(&self, service: Service, url: &Url) -> Result<Option<Value>, OpenStackError> {
        let answer = self.http.get(url, self.token.expose_secret())?;
        match answer.status {
            200..300 => Ok(Some(answer.body)),
            404 => Ok(None),
            status => Err(refused(self.cloud, service, url, status, &answer.body)),
        }
    }

    /// The address of a service: that of `clouds.yaml`, else the catalogue's.
    fn endpoint(&self, service: Service) -> Result<Url, OpenStackError> {
        let given = self.cloud.overrides.iter().find(|(kind, _)| kind == service.kind()).map(|(_, url)| url.clone());
        let url = match given {
            Some(url) => url,
            None => self.catalogued(service)?,
        };
        let url = url.trim_end_matches('/');
        let versioned = service != Service::Neutron || url.ends_with("/v2.0");
        parse(&self.http, &if versioned { url.to_owned() } else { format!("{url}/v2.0") })
    }

    fn catalogued(&self, service: Service) -> Result<String, OpenStackError> {
        let entries = self.catalogue.as_array().map(Vec::as_slice).unwrap_or_default();
        let of_service = entries.iter().filter(|entry| entry["type"] == service.kind());
        let of_service = of_service.flat_map(|entry| entry["endpoints"].as_array().into_iter().flatten());
        let endpoints: Vec<&Value> = of_service.filter(|endpoint| endpoint["interface"] == self.cloud.interface.as_str()).collect();
        let region = |endpoint: &Value| endpoint["region_id"].as_str().or(endpoint["region"].as_str()).unwrap_or_default().to_owned();
        let wanted = |endpoint: &&&Value| self.cloud.region.as_ref().is_none_or(|wanted| region(endpoint) == *wanted);
        let found = endpoints.iter().find(wanted).and_then(|endpoint| endpoint["url"].as_str());
        found.map(str::to_owned).ok_or_else(|| OpenStackError::NoEndpoint {
            cloud: self.cloud.name.clone(),
            service: service.name(),
            interface: self.cloud.interface.clone(),
            region: self.cloud.region.clone(),
            regions: endpoints.iter().map(|endpoint| region(endpoint)).collect(),
        })
    }
}

fn parse(http: &Http, text: &str) -> Result<Url, OpenStackError> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| http.no_address(text))
}

fn key(key: &Key) -> Value {
    match key {
        Key::Name(name) => json!({ "name": name }),
        Key::Id(id) => json!({ "id": id }),
    }
}

/// Something given by name needs its domain.
fn in_domain(of: &Key, domain: &Key) -> Value {
    let mut value = key(of);
    if matches!(of, Key::Name(_)) {
        value["domain"] = key(domain);
    }
    value
}

fn login(auth: &Auth) -> Value {
    match auth {
        Auth::Password { user, user_domain, password, project, project_domain } => {
            let mut user = in_domain(user, user_domain);
            user["password"] = json!(password.expose_secret());
            json!({
                "identity": {"methods": ["password"], "password": {"user": user}},
                "scope": {"project": in_domain(project, project_domain)},
            })
        }
        Auth::ApplicationCredential { credential, owner, secret } => {
            let mut value = key(credential);
            value["secret"] = json!(secret.expose_secret());
            if let Some((user, domain)) = owner {
                value["user"] = in_domain(user, domain);
            }
            json!({"identity": {"methods": ["application_credential"], "application_credential": value}})
        }
    }
}

fn refused(cloud: &Cloud, service: Service, url: &Url, status: u16, body: &Value) -> OpenStackError {
    let said = body.as_object().into_iter().flat_map(|object| object.values()).find_map(|value| value["message"].as_str());
    let help = match (service, status) {
        (Service::Keystone, 401) => match cloud.auth {
            Auth::Password { .. } => "look at user, password, project and their domains in clouds.yaml",
            Auth::ApplicationCredential { .. } => {
                "look at the application credential in clouds.yaml: it may be another's, deleted or expired"
            }
        },
        (Service::Keystone, 404) => "see that `auth_url` leads to version 3 of Keystone",
        (_, 401 | 403) => "give the user a role in the project that may read servers, ports and stacks",
        _ => "try again; the people who run the cloud find the cause in the log of that service",
    };
    OpenStackError::Refused {
        cloud: cloud.name.clone(),
        service: service.name(),
        url: url.to_string(),
        status,
        message: plain(said.unwrap_or_default()),
        help: help.to_owned(),
    }
}
