//! What users of Tacker's private registry VNF bring along: its package, its parameter file, its VMs.

use std::path::PathBuf;
use std::time::Duration;

use xtask::lab::{Host, Lab, PASSWORD, USER, registry_image};
use xtask::product::{Workbench, registry_answers, skopeo_copy};
use xtask::stand_ins;

use crate::{cache, on_host, outcome};

const LIMIT: Duration = Duration::from_secs(180);

/// Another package for Tacker's registry driver to test with, as a folder: `VNFPKG_TACKER_PACKAGE`.
const PACKAGE: &str = "VNFPKG_TACKER_PACKAGE";

/// A copy of the package as it is, with small stand-ins for files that it names and lacks.
///
/// # Panics
/// When it cannot be made.
pub fn unmodified_package(bench: &Workbench) -> PathBuf {
    let made = match std::env::var_os(PACKAGE) {
        Some(folder) => bench.copy_of(folder.as_ref(), "tacker_registry"),
        None => bench.fixture("tacker_registry"),
    };
    let folder = good(made);
    good(stand_ins::complete(&folder));
    folder
}

/// The parameter file of the guide. Set are the ids of network and VIM, the login, and the proxies, whose ports the guide
/// leaves open.
pub fn parameter_file() -> String {
    format!(
        r#"{{
    "flavourId": "simple",
    "extVirtualLinks": [{{
        "id": "net0",
        "resourceId": "1642ac54-642c-407c-9c7d-e94c55ba5d33", #Set the uuid of the network to use
        "extCps": [{{
            "cpdId": "CP1",
            "cpConfig": [{{
                "cpProtocolData": [{{
                    "layerProtocol": "IP_OVER_ETHERNET"
                }}]
            }}]
        }}]
    }}],
    "additionalParams": {{
        "private_registry_installation_param": {{
            "ssh_cp_name": "CP1",
            "ssh_username": "{USER}",
            "ssh_password": "{PASSWORD}",
            "proxy": {{
                "http_proxy": "http://user1:password1@host1:3128",
                "https_proxy": "https://user2:password2@host2:3128",
                "no_proxy": "192.168.246.0/24,10.0.0.1,10.99.0.0/16"
            }}
        }}
    }},
    "vimConnectionInfo": [{{
        "id": "8a3adb69-0784-43c7-833e-aab0b6ab4470",
        "vimId": "c3369b54-e376-4423-bb61-afd255900fea", #Set the uuid of the VIM to use
        "vimType": "openstack"
    }}]
}}
"#
    )
}

/// What the VM's image brings along: a mirror of the public registry, and packages that come without the proxy.
pub fn prepare(host: &Host, mirror: &Host) {
    on_host(
        host,
        &format!(
            "mkdir -p /etc/docker; echo '{{\"registry-mirrors\": [\"http://{}:5000\"]}}' >/etc/docker/daemon.json
             echo 'Acquire::http::Proxy::10.99.0.1 \"DIRECT\";' >/etc/apt/apt.conf.d/99direct",
            mirror.ip()
        ),
    );
}

/// A registry with the image `registry`, where Docker looks first.
///
/// # Panics
/// When it does not come up.
pub fn public_registry(lab: &Lab, bench: &Workbench, mirror: &Host, from: &Host) {
    let csar = good(bench.registry_csar(cache()));
    let request = good(bench.registry_request(r#""image_path": "Files/images/registry.tar""#));
    outcome(&mut good(bench.run_on(lab, mirror, "instantiate_end", &csar, &request))).expect(0);
    assert_eq!(good(registry_answers(lab, mirror, 5000, LIMIT)), "200");
    let archive = good(registry_image(cache()));
    let to = format!("docker://{}:5000/library/registry:latest", mirror.ip());
    good(skopeo_copy(from, &["--dest-tls-verify=false", &format!("docker-archive:{}:registry:latest", archive.display()), &to]));
}

fn good<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}
