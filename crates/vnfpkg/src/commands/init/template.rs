//! The packages that `init` begins with, and how one of them gets another identity.

use camino::Utf8Path;
use jiff::Timestamp;

use crate::exit::Failure;

/// A package of the repository as it was compiled in.
pub(crate) struct Embedded {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
}

static PACKAGES: &[Embedded] = include!(concat!(env!("OUT_DIR"), "/packages.rs"));

/// Provider of the packages of this repository.
const PROVIDER: &str = "vnfpkg";

/// A package that others are made after.
pub(crate) struct Template {
    /// Name on the command line.
    pub(crate) name: &'static str,
    /// Its folder under `packages/`.
    package: &'static str,
    /// Arguments of a first run, after the folder.
    first_run: &'static str,
}

/// All templates. Those whose package is not part of this build are not offered.
pub(crate) const TEMPLATES: &[Template] = &[
    Template { name: "hello", package: "hello", first_run: "--host HelloVDU=local" },
    Template { name: "registry", package: "private_registry", first_run: "--request REQUEST --host PrivateRegistryVDU=ADDRESS" },
    Template { name: "cluster", package: "kubernetes_cluster", first_run: "--request REQUEST --inventory INVENTORY" },
];

/// What tells a package from others.
pub(crate) struct Identity {
    /// `product_name`.
    pub(crate) product: String,
    /// `provider`.
    pub(crate) provider: String,
    /// `descriptor_id`.
    pub(crate) descriptor: String,
}

impl Identity {
    /// Texts that fit on one line of TOSCA.meta, manifest and VNFD.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        for (what, text) in [("product name", &self.product), ("provider", &self.provider)] {
            if text.trim().is_empty() || text.trim() != text || text.chars().any(char::is_control) {
                return Err(Failure::usage(format!("`{}` is no {what}", text.escape_debug()))
                    .help("write one line of text without spaces around it"));
            }
        }
        Ok(())
    }

    /// The beginning of type names: letters, digits and underscores of the provider.
    fn namespace(&self) -> String {
        let plain: String = self.provider.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let plain = plain.trim_matches('_');
        if plain.starts_with(|c: char| c.is_ascii_alphabetic()) { plain.to_owned() } else { format!("vnf_{plain}") }
    }
}

impl Template {
    /// The package behind it.
    pub(crate) fn package(&self) -> Option<&'static Embedded> {
        PACKAGES.iter().find(|package| package.name == self.package)
    }

    /// Its files with another identity.
    pub(crate) fn render(&self, identity: &Identity) -> Vec<(&'static str, String)> {
        let Some(package) = self.package() else { return Vec::new() };
        let product = package.value_of("vnf_product_name").unwrap_or_default();
        let descriptor = package.value_of("descriptor_id").unwrap_or_default();
        let adopt = |path: &str, text: &str| {
            let yaml = path.ends_with(".yaml");
            let text: String = text.split_inclusive('\n').map(|line| adopt_line(line, product, identity, yaml)).collect();
            let text = if descriptor.is_empty() { text } else { text.replace(descriptor, &identity.descriptor) };
            let namespace = identity.namespace();
            text.replace("vnfpkg.nodes.", &format!("{namespace}.nodes.")).replace("vnfpkg.datatypes.", &format!("{namespace}.datatypes."))
        };
        package.files.iter().map(|(path, text)| (*path, adopt(path, text))).collect()
    }

    /// What to do next, for people.
    pub(crate) fn next(&self, folder: &Utf8Path) -> String {
        let mut text = format!("vnfpkg validate {folder}\n");
        if !self.first_run.ends_with("=local") {
            text.push_str(&format!("vnfpkg inspect {folder}        # its VDUs and the parameters of a request\n"));
        }
        text.push_str(&format!("vnfpkg run instantiate_end {folder} {}\n", self.first_run));
        text
    }
}

impl Embedded {
    /// The value of the first line `key: value`.
    fn value_of(&self, key: &str) -> Option<&'static str> {
        let lines = self.files.iter().flat_map(|(_, text)| text.lines());
        lines.filter_map(|line| line.trim().strip_prefix(key)?.strip_prefix(": ")).find(|value| !value.starts_with(['{', '[']))
    }
}

/// A line that says who made the package, or what it is called.
fn adopt_line(line: &str, product: &str, identity: &Identity, yaml: bool) -> String {
    let body = line.trim_end();
    let Some((key, value)) = body.split_once(": ") else { return line.to_owned() };
    let word = |text: &str| if yaml { scalar(text) } else { text.to_owned() };
    let new = match (key.trim(), value) {
        ("vnf_release_date_time", _) => format!("{:.0}", Timestamp::now()),
        ("provider" | "default" | "vnf_provider_id", PROVIDER) => word(&identity.provider),
        ("product_name" | "default" | "vnf_product_name", value) if value == product => word(&identity.product),
        ("constraints", value) if value == format!("[ valid_values: [ {PROVIDER} ] ]") => {
            format!("[ valid_values: [ {} ] ]", scalar(&identity.provider))
        }
        ("constraints", value) if value == format!("[ valid_values: [ {product} ] ]") => {
            format!("[ valid_values: [ {} ] ]", scalar(&identity.product))
        }
        _ => return line.to_owned(),
    };
    format!("{key}: {new}{}", &line[body.len()..])
}

/// A text as a YAML scalar that every reader takes for a text.
fn scalar(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
