//! Looks into image files as `docker save` writes them (and OCI layouts that carry Docker's `manifest.json`).

use std::io::{self, Read};

/// Largest `manifest.json` or header list that is believed.
const MANIFEST_LIMIT: u64 = 4 << 20;
/// Members that a sane image does not exceed.
const MEMBER_LIMIT: usize = 100_000;

/// The id of the image with a name and tag, `sha256:…`: the digest of its configuration.
///
/// # Errors
/// One fragment that says why the file holds no such image.
pub fn image_id(reader: impl Read, name: &str) -> Result<String, String> {
    let manifest = find_manifest(reader)?;
    let images: Vec<Image> = serde_json::from_slice(&manifest).map_err(|error| format!("its manifest.json is unreadable ({error})"))?;
    let wanted = familiar(name);
    let image = images.iter().find(|image| image.tags.iter().flatten().any(|tag| familiar(tag) == wanted));
    let Some(image) = image else {
        let tags: Vec<&str> = images.iter().flat_map(|image| image.tags.iter().flatten()).map(String::as_str).collect();
        return Err(if tags.is_empty() { "its images have no names".into() } else { format!("it holds {}", tags.join(", ")) });
    };
    let digest = image.config.trim_end_matches(".json").rsplit('/').next().unwrap_or_default();
    if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(format!("its configuration has the odd name `{}`", image.config.escape_debug()));
    }
    Ok(format!("sha256:{}", digest.to_ascii_lowercase()))
}

#[derive(serde::Deserialize)]
struct Image {
    #[serde(rename = "Config")]
    config: String,
    #[serde(rename = "RepoTags")]
    tags: Option<Vec<String>>,
}

/// The short form of a name, as Docker shows it.
fn familiar(name: &str) -> String {
    let short = name.strip_prefix("docker.io/").unwrap_or(name);
    let short = short.strip_prefix("library/").unwrap_or(short);
    let last = short.rsplit('/').next().unwrap_or(short);
    if last.contains(':') { short.to_owned() } else { format!("{short}:latest") }
}

fn find_manifest(reader: impl Read) -> Result<Vec<u8>, String> {
    let broken = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => "it is no tar archive, or it is cut off".to_owned(),
        _ => error.to_string(),
    };
    let mut archive = tar::Archive::new(reader);
    for (count, entry) in archive.entries().map_err(broken)?.enumerate() {
        let entry = entry.map_err(|_| "it is no tar archive".to_owned())?;
        if count > MEMBER_LIMIT {
            return Err("it has too many members".into());
        }
        if entry.path_bytes().as_ref() == b"manifest.json" {
            let mut manifest = Vec::new();
            entry.take(MANIFEST_LIMIT).read_to_end(&mut manifest).map_err(broken)?;
            return Ok(manifest);
        }
    }
    Err("it has no manifest.json, so `docker save` did not write it".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(members: &[(&str, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, content) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, content.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap()
    }

    #[test]
    fn the_id_is_the_digest_of_the_configuration() {
        let hex = "a".repeat(64);
        for config in [format!("{hex}.json"), format!("blobs/sha256/{hex}")] {
            let manifest = format!(r#"[{{"Config":"{config}","RepoTags":["registry:2","registry:latest"],"Layers":[]}}]"#);
            let bytes = archive(&[("layer.tar", "x"), ("manifest.json", &manifest)]);
            assert_eq!(image_id(&bytes[..], "registry").unwrap(), format!("sha256:{hex}"));
            assert_eq!(image_id(&bytes[..], "docker.io/library/registry:2").unwrap(), format!("sha256:{hex}"));
            assert_eq!(image_id(&bytes[..], "registry:3").unwrap_err(), "it holds registry:2, registry:latest");
        }
    }

    #[test]
    fn other_files_are_told_apart() {
        assert_eq!(image_id(&b"not a tar at all"[..], "registry").unwrap_err(), "it is no tar archive");
        let other = archive(&[("README", "hello")]);
        assert!(image_id(&other[..], "registry").unwrap_err().contains("no manifest.json"));
        let cut = &archive(&[("manifest.json", "[]")])[..300];
        assert!(image_id(cut, "registry").is_err());
    }
}
