//! The same job on a real virtual machine.

use std::time::Duration;

use vnfpkg_tests::{cache, outcome};
use xtask::lab::{Kind, Lab, LabOptions};
use xtask::product::{Workbench, registry_answers};

/// An emulated processor is slow; ten times what an idle machine takes.
const LIMIT: Duration = Duration::from_secs(600);

#[test]
fn a_virtual_machine_becomes_a_registry_and_stays_one() {
    let options = LabOptions { name: "e2e-vm".into(), hosts: 0, vms: 1, vm_kind: Kind::Docker, ..LabOptions::default() };
    let lab = Lab::start(&options).unwrap_or_else(|error| panic!("the lab does not come up: {error}"));
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    let csar = bench.registry_csar(cache()).unwrap();
    let request = bench.registry_request(r#""image_path": "Files/images/registry.tar""#).unwrap();
    outcome(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &request).unwrap()).expect(0);
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");
    outcome(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &request).unwrap()).expect(0).says("nothing had to be changed");
    host.reboot(LIMIT).unwrap();
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");
    lab.stop().unwrap();
}
