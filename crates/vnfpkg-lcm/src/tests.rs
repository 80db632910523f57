//! The state machine and the records, on files in memory.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;

use serde_json::{Value, json};

use super::vim::{StaticVim, VimDriver};
use super::*;

#[derive(Default)]
struct Memory(RefCell<BTreeMap<(String, String), String>>);

impl Files for Memory {
    fn read(&self, folder: &str, name: &str) -> io::Result<Option<String>> {
        Ok(self.0.borrow().get(&(folder.to_owned(), name.to_owned())).cloned())
    }

    fn write(&self, folder: &str, name: &str, text: &str) -> io::Result<()> {
        self.0.borrow_mut().insert((folder.to_owned(), name.to_owned()), text.to_owned());
        Ok(())
    }

    fn remove(&self, folder: &str, name: &str) -> io::Result<()> {
        self.0.borrow_mut().remove(&(folder.to_owned(), name.to_owned()));
        Ok(())
    }

    fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        Ok(self.0.borrow().keys().filter(|(of, _)| of == folder).map(|(_, name)| name.clone()).collect())
    }
}

fn instance(id: &str) -> VnfInstance {
    VnfInstance {
        id: id.into(),
        name: format!("vnf-{id}"),
        description: None,
        package: "/p".into(),
        vnfd_id: "d".into(),
        provider: "P".into(),
        product_name: "R".into(),
        software_version: "1".into(),
        vnfd_version: "1".into(),
        state: InstantiationState::NotInstantiated,
        info: None,
    }
}

fn vnfc(id: &str, vdu: &str, address: &str) -> VnfcRecord {
    let cps = vec![VnfcCp { id: format!("cp-{id}"), cpd: "CP1".into(), fixed: vec![address.into()], floating: None }];
    VnfcRecord { id: id.into(), vdu: vdu.into(), resource_id: format!("vm-{address}"), address: None, cps, access: Value::Null }
}

fn op(operation: LcmOperation, inputs: Inputs) -> OpOcc {
    OpOcc::new("op1".into(), "a1", operation, inputs, Value::Null, "t0")
}

fn trouble() -> Trouble {
    Trouble { exit: 4, detail: "heal_end ended with exit code 4".into() }
}

#[test]
fn what_is_kept_is_found_by_id_beginning_and_name() {
    let files = Memory::default();
    let records = Records::new(&files);
    records.save(&instance("a1")).unwrap();
    records.save(&instance("a2")).unwrap();
    for wanted in ["a1", "vnf-a1"] {
        assert_eq!(records.instance(wanted).unwrap().id, "a1");
    }
    assert!(matches!(records.instance("a"), Err(LcmError::Ambiguous { .. })));
    assert!(matches!(records.instance("b"), Err(LcmError::Unknown { .. })));
    files.write("vnf_instances", "c", "{").unwrap();
    assert!(matches!(records.instance("c"), Err(LcmError::Damaged { .. })));
}

#[test]
fn an_operation_begins_only_in_the_right_state_and_alone() {
    let files = Memory::default();
    let records = Records::new(&files);
    let mut vnf = instance("a1");
    records.may_begin(&vnf, LcmOperation::Instantiate).unwrap();
    for early in [LcmOperation::Heal, LcmOperation::Scale, LcmOperation::Terminate] {
        assert!(matches!(records.may_begin(&vnf, early), Err(LcmError::WrongInstanceState { .. })));
    }
    vnf.state = InstantiationState::Instantiated;
    assert!(matches!(records.delete(&vnf), Err(LcmError::WrongInstanceState { .. })));
    let mut heal = op(LcmOperation::Heal, Inputs::default());
    records.save_operation(&heal).unwrap();
    assert!(matches!(records.may_begin(&vnf, LcmOperation::Terminate), Err(LcmError::Busy { .. })));
    heal.fail_temp(trouble(), "t1");
    records.save_operation(&heal).unwrap();
    assert!(matches!(records.may_begin(&vnf, LcmOperation::Terminate), Err(LcmError::Busy { .. })));
    heal.fail("t2").unwrap();
    records.save_operation(&heal).unwrap();
    records.may_begin(&vnf, LcmOperation::Terminate).unwrap();
    vnf.state = InstantiationState::NotInstantiated;
    records.delete(&vnf).unwrap();
    assert!(records.operations().unwrap().is_empty());
}

#[test]
fn an_operation_goes_through_its_points_and_back_to_the_one_that_failed() {
    let mut heal = op(LcmOperation::Heal, Inputs::default());
    assert_eq!(heal.state, OpState::Starting);
    for point in [Point::VnfConfigStart, Point::Vim, Point::InternalProcessing, Point::VnfConfigEnd] {
        heal.reach(point, "t1");
    }
    assert_eq!((heal.state, heal.point.number()), (OpState::Processing, 6));
    heal.fail_temp(trouble(), "t2");
    assert_eq!((heal.state, heal.state_entered.as_str()), (OpState::FailedTemp, "t2"));
    heal.retry("t3").unwrap();
    heal.reach(Point::VnfConfigStart, "t3");
    assert_eq!((heal.state, heal.point, heal.error.as_ref()), (OpState::Processing, Point::VnfConfigEnd, None));
    heal.complete("t4");
    assert_eq!((heal.state, heal.point.number()), (OpState::Completed, 7));
    for wish in [OpOcc::retry, OpOcc::roll_back, OpOcc::fail] {
        assert!(matches!(wish(&mut heal, "t5"), Err(LcmError::WrongState { .. })));
    }
}

#[test]
fn only_what_brought_vms_is_rolled_back() {
    let scale = |way: &str| op(LcmOperation::Scale, Inputs { scale_type: Some(way.into()), ..Inputs::default() });
    for (mut op, can) in [
        (op(LcmOperation::Instantiate, Inputs::default()), true),
        (scale("SCALE_OUT"), true),
        (scale("SCALE_IN"), false),
        (op(LcmOperation::Heal, Inputs::default()), false),
        (op(LcmOperation::Terminate, Inputs::default()), false),
    ] {
        op.fail_temp(trouble(), "t1");
        assert_eq!(op.roll_back("t2").is_ok(), can, "{op:?}");
        assert_eq!(op.state, if can { OpState::RollingBack } else { OpState::FailedTemp });
    }
}

#[test]
fn a_static_vm_takes_the_place_of_its_vnfc() {
    let before = [vnfc("w1", "worker", "10.0.0.1"), vnfc("w2", "worker", "10.0.0.2")];
    let vim = StaticVim { given: vec![vnfc("new", "worker", "10.0.0.9")] };
    let healed = vim.heal(&before, &["w2".into()]).unwrap();
    assert_eq!((healed[0].clone(), healed[1].id.as_str(), healed[1].cps[0].fixed[0].as_str()), (before[0].clone(), "w2", "10.0.0.9"));
    assert_eq!(StaticVim::default().heal(&before, &[]).unwrap(), before, "replaced in place");
    assert!(StaticVim { given: vec![vnfc("new", "master", "10.0.0.9")] }.heal(&before, &[]).is_err());
    assert!(StaticVim::default().instantiate().is_err() && StaticVim::default().scale_out(&before).is_err());
    assert_eq!(vim.scale_out(&before).unwrap()[0].id, "new");
}

#[test]
fn no_secret_is_kept() {
    let request = json!({"p": {"ssh_username": "ubuntu", "ssh_password": "hm3", "proxy": {"http_proxy": "http://user1:hm3@host1:3128/x"}},
        "accessInfo": [{"auth_token": {"a": "hm3"}}]});
    let kept = masked(&request);
    assert!(!kept.to_string().contains("hm3"), "{kept}");
    assert_eq!(kept["p"]["ssh_username"], "ubuntu");
    assert_eq!(kept["p"]["proxy"]["http_proxy"], "http://***@host1:3128/x");
}

#[test]
fn an_instance_is_shown_in_the_columns_of_the_client() {
    let mut vnf = instance("a1");
    let columns = instance_columns(&vnf);
    assert!(columns.get("Instantiated Vnf Info").is_none() && columns["Instantiation State"] == "NOT_INSTANTIATED");
    vnf.info = Some(InstantiatedInfo {
        flavour: "simple".into(),
        vnfcs: vec![vnfc("w1", "worker", "10.0.0.1")],
        virtual_links: vec![VirtualLink { id: "net0".into(), resource_id: "n".into() }],
        vim: Value::Null,
        additional_params: json!({}),
        request: None,
    });
    let info = &instance_columns(&vnf)["Instantiated Vnf Info"];
    assert_eq!(info["vnfcResourceInfo"][0]["id"], "w1");
    assert_eq!(
        info["vnfcResourceInfo"][0]["vnfcCpInfo"][0]["cpProtocolInfo"][0]["ipOverEthernet"]["ipAddresses"][0]["addresses"][0],
        "10.0.0.1"
    );
    assert_eq!(info["extCpInfo"][0]["associatedVnfcCpId"], "cp-w1");
}
