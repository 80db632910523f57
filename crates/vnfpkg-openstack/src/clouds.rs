//! `clouds.yaml`, and the secrets that `secure.yaml` adds to it, as openstacksdk reads them.

use std::time::Duration;

use secrecy::SecretString;
use vnfpkg_diag::{SourceId, Sources};
use vnfpkg_tosca::yaml::{self, Node};

use crate::error::OpenStackError;

/// How long an API may take unless `api_timeout` says otherwise.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// A text and the name of its file.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    /// `clouds.yaml`: its path and content.
    pub clouds: (&'a str, &'a str),
    /// `secure.yaml`, when there is one.
    pub secure: Option<(&'a str, &'a str)>,
}

/// A cloud and how to get in.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// Its name in the file.
    pub name: String,
    /// Keystone's address, without its version.
    pub auth_url: String,
    /// Who asks.
    pub auth: Auth,
    /// Region, when the file names one.
    pub region: Option<String>,
    /// Which endpoints of the catalogue: `public`, `internal` or `admin`.
    pub interface: String,
    /// Is the server's certificate checked?
    pub verify: bool,
    /// Path of a file with CA certificates in PEM, in place of the system's.
    pub cacert: Option<String>,
    /// Time limit of one question.
    pub time_limit: Duration,
    /// Addresses in place of those of the catalogue, by type of service.
    pub overrides: Vec<(String, String)>,
}

/// A name or an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// By name.
    Name(String),
    /// By id.
    Id(String),
}

/// Who asks.
#[derive(Debug, Clone)]
pub enum Auth {
    /// A user of a project.
    Password {
        /// The user.
        user: Key,
        /// The domain of a user given by name.
        user_domain: Key,
        /// The password.
        password: SecretString,
        /// The project.
        project: Key,
        /// The domain of a project given by name.
        project_domain: Key,
    },
    /// An application credential; it belongs to one project.
    ApplicationCredential {
        /// The credential.
        credential: Key,
        /// Whose it is, when it is given by name: user and domain.
        owner: Option<(Key, Key)>,
        /// Its secret.
        secret: SecretString,
    },
}

/// Reads the description of a cloud.
///
/// # Errors
/// When a file cannot be read as YAML, lacks the cloud, or the cloud lacks what a login takes.
pub fn read_clouds(texts: &Texts<'_>, name: &str) -> Result<Cloud, OpenStackError> {
    let mut sources = Sources::new();
    let (file, text) = texts.clouds;
    let root = parse(&mut sources, file, text)?;
    let secure = texts.secure.map(|(file, text)| parse(&mut sources, file, text)).transpose()?;
    let clouds = root.get("clouds");
    let Some(node) = clouds.and_then(|clouds| clouds.get(name)) else {
        let entries = clouds.and_then(Node::entries).unwrap_or_default();
        let known = entries.iter().filter_map(|entry| entry.key.text().map(str::to_owned)).collect();
        return Err(OpenStackError::NoCloud { name: name.to_owned(), file: file.to_owned(), known });
    };
    let secure = secure.as_ref().and_then(|root| root.get("clouds")?.get(name));
    Reader { sources: &sources, node, secure }.cloud(name)
}

fn parse(sources: &mut Sources, file: &str, text: &str) -> Result<Node, OpenStackError> {
    let source: SourceId = sources.add(file, text);
    let (root, faults) = yaml::parse_one(source, text);
    match (root, faults.first()) {
        (Some(root), None) => Ok(root),
        (_, fault) => Err(OpenStackError::Clouds {
            file: file.to_owned(),
            line: fault.map_or(1, |fault| sources.line_col(fault.span).line),
            message: fault.map_or_else(|| "the file is empty".to_owned(), |fault| fault.message.clone()),
            help: "describe clouds as openstacksdk wants them: `clouds: { NAME: { auth: { auth_url: ... } } }`".to_owned(),
        }),
    }
}

struct Reader<'a> {
    sources: &'a Sources,
    node: &'a Node,
    secure: Option<&'a Node>,
}

impl Reader<'_> {
    /// A value; what `secure.yaml` says comes first.
    fn value(&self, path: &[&str]) -> Option<&Node> {
        let find = |root| path.iter().try_fold(root, |node: &Node, key| node.get(key));
        let found = [self.secure.and_then(find), find(self.node)];
        found.into_iter().flatten().find(|node| !node.is_null() && node.text() != Some(""))
    }

    fn text(&self, path: &[&str]) -> Option<String> {
        self.value(path).and_then(Node::text).map(str::to_owned)
    }

    fn auth(&self, key: &str) -> Option<String> {
        self.text(&["auth", key])
    }

    fn wrong(&self, node: &Node, message: String, help: &str) -> OpenStackError {
        let file = self.sources.get(node.span.source).name().to_owned();
        OpenStackError::Clouds { file, line: self.sources.line_col(node.span).line, message, help: help.to_owned() }
    }

    fn required(&self, name: &str, keys: &[&str]) -> Result<Key, OpenStackError> {
        let found = keys.iter().find_map(|key| Some((*key, self.auth(key)?)));
        match found {
            Some((key, value)) => Ok(key_of(key, value)),
            None => Err(self.wrong(
                self.node.get("auth").unwrap_or(self.node),
                format!("`auth` of cloud `{name}` lacks `{}`", keys[0]),
                "complete it; secrets may stand in secure.yaml beside the file",
            )),
        }
    }

    fn secret(&self, name: &str, key: &str) -> Result<SecretString, OpenStackError> {
        self.required(name, &[key]).map(|key| match key {
            Key::Name(text) | Key::Id(text) => SecretString::from(text),
        })
    }

    /// The domain of a user or project; `default` is that of clouds with one domain.
    fn domain(&self, of: &str) -> Key {
        let keys = [format!("{of}_domain_id"), format!("{of}_domain_name"), "domain_id".to_owned(), "domain_name".to_owned()];
        let found = keys.iter().find_map(|key| Some(key_of(key, self.auth(key)?)));
        found.or_else(|| self.auth("default_domain").map(Key::Id)).unwrap_or_else(|| Key::Id("default".to_owned()))
    }

    fn login(&self, name: &str) -> Result<Auth, OpenStackError> {
        let kind = self.value(&["auth_type"]);
        let credential = self.auth("application_credential_id").or_else(|| self.auth("application_credential_name"));
        match kind.and_then(Node::text) {
            Some("v3applicationcredential") => self.credential(name),
            None if credential.is_some() => self.credential(name),
            None | Some("password" | "v3password") => Ok(Auth::Password {
                user: self.required(name, &["username", "user_id"])?,
                user_domain: self.domain("user"),
                password: self.secret(name, "password")?,
                project: self.required(name, &["project_name", "project_id", "tenant_name", "tenant_id"])?,
                project_domain: self.domain("project"),
            }),
            Some(other) => Err(self.wrong(
                kind.unwrap_or(self.node),
                format!("the `auth_type` `{other}` of cloud `{name}` is not known here"),
                "use `v3password` or `v3applicationcredential`: `openstack application credential create NAME` makes one",
            )),
        }
    }

    fn credential(&self, name: &str) -> Result<Auth, OpenStackError> {
        let credential = self.required(name, &["application_credential_id", "application_credential_name"])?;
        let owner = match &credential {
            Key::Id(_) => None,
            Key::Name(_) => Some((self.required(name, &["username", "user_id"])?, self.domain("user"))),
        };
        Ok(Auth::ApplicationCredential { credential, owner, secret: self.secret(name, "application_credential_secret")? })
    }

    fn cloud(&self, name: &str) -> Result<Cloud, OpenStackError> {
        let (Key::Name(url) | Key::Id(url)) = self.required(name, &["auth_url"])?;
        let url = url.trim_end_matches('/');
        if url.ends_with("/v2.0") {
            let node = self.value(&["auth", "auth_url"]).unwrap_or(self.node);
            return Err(self.wrong(node, format!("`{url}` is version 2 of Keystone"), "give the address of version 3"));
        }
        let services = ["compute", "network", "orchestration"];
        let override_of = |service: &&str| Some(((*service).to_owned(), self.text(&[&format!("{service}_endpoint_override")])?));
        Ok(Cloud {
            name: name.to_owned(),
            auth_url: url.strip_suffix("/v3").unwrap_or(url).to_owned(),
            auth: self.login(name)?,
            region: self.text(&["region_name"]),
            interface: self.interface(),
            verify: self.text(&["verify"]).is_none_or(|text| !matches!(text.to_ascii_lowercase().as_str(), "false" | "no" | "off")),
            cacert: self.text(&["cacert"]),
            time_limit: self.time_limit()?,
            overrides: services.iter().filter_map(override_of).collect(),
        })
    }

    fn interface(&self) -> String {
        let text = self.text(&["interface"]).or_else(|| self.text(&["endpoint_type"])).unwrap_or_else(|| "public".to_owned());
        text.strip_suffix("URL").unwrap_or(&text).to_owned()
    }

    fn time_limit(&self) -> Result<Duration, OpenStackError> {
        let Some(node) = self.value(&["api_timeout"]) else { return Ok(TIME_LIMIT) };
        let seconds = node.text().and_then(|text| text.parse::<f64>().ok()).filter(|seconds| (0.1..=3600.0).contains(seconds));
        let wrong = || self.wrong(node, "`api_timeout` is no number of seconds".to_owned(), "write a number up to 3600");
        seconds.map(Duration::from_secs_f64).ok_or_else(wrong)
    }
}

fn key_of(key: &str, value: String) -> Key {
    if key.ends_with("_id") { Key::Id(value) } else { Key::Name(value) }
}
