//! Hosts before a run and at its door: `hosts check`, logins, and users that may do no more than a run needs.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use vnfpkg_tests::{lab, lab_run, on_host, outcome, steps_package};
use xtask::lab::{Host, Lab, LabOptions, Sudo};
use xtask::product::Workbench;

fn check(bench: &Workbench, lab: &Lab, hosts: &[&Host], password: &str) -> Command {
    let known_hosts = bench.known_hosts(hosts).unwrap();
    let mut command = bench.vnfpkg_in(lab);
    command.args(["hosts", "check", "--user", "ubuntu", "--password-env", "LAB_PASSWORD", "--known-hosts"]).arg(known_hosts);
    command.env("LAB_PASSWORD", password);
    for host in hosts {
        command.arg("--host").arg(format!("VDU={}", host.ip()));
    }
    command
}

/// Status and detail of one check.
fn found<'a>(report: &'a Value, host: usize, check: &str) -> (&'a str, &'a str) {
    let checks = report["hosts"][host]["checks"].as_array().unwrap();
    let check = checks.iter().find(|made| made["check"] == check).unwrap();
    (check["status"].as_str().unwrap(), check["detail"].as_str().unwrap())
}

#[test]
fn a_check_tells_ready_hosts_from_others() {
    let lab = lab("e2e-hosts", 3);
    let (good, poor, silent) = (lab.host(1), lab.host(2), lab.host(3));
    let bench = Workbench::new().unwrap();

    let all_well = outcome(&mut check(&bench, &lab, &[good], good.password())).expect(0);
    for part in ["HOST", "VDU-1  ubuntu@10.99.1.1", "Debian GNU/Linux 12 (bookworm)", "GiB free", "1 of 1 host ready"] {
        assert!(all_well.stdout.contains(part), "`{part}` is not in\n{}", all_well.stdout);
    }

    // No sudo, a clock an hour behind; and a host that refuses.
    on_host(
        poor,
        "rm /etc/sudoers.d/90-lab; printf '#!/bin/sh\\nexec /usr/bin/date -d \"1 hour ago\" \"$@\"\\n' >/usr/local/bin/date; chmod 755 /usr/local/bin/date",
    );
    let mut command = check(&bench, &lab, &[good, poor, silent], good.password());
    silent.refuse(22).unwrap();
    let report: Value = serde_json::from_str(&outcome(command.arg("--json")).expect(5).stdout).unwrap();
    silent.mend_network().unwrap();
    assert_eq!((&report["ready"], &report["failed"]), (&1.into(), &2.into()));
    for name in ["reach", "host_key", "login", "sudo", "clock", "disk", "system"] {
        assert_eq!(found(&report, 0, name).0, "ok", "{name}");
    }
    assert_eq!(found(&report, 1, "login").0, "ok");
    assert_eq!(found(&report, 1, "sudo").0, "failed");
    assert_eq!(found(&report, 1, "clock").0, "failed");
    assert!(found(&report, 1, "clock").1.starts_with("-3"), "{report}");
    assert_eq!(found(&report, 2, "reach").0, "failed");
    assert!(found(&report, 2, "reach").1.contains("refused"), "{report}");
    assert_eq!(found(&report, 2, "login").0, "skipped");

    // Another limit, other wishes: the same host is good enough.
    let mut command = check(&bench, &lab, &[poor], poor.password());
    outcome(command.args(["--no-sudo", "--max-clock-skew", "2h"])).expect(0);
    let full = outcome(check(&bench, &lab, &[good], good.password()).args(["--min-free", "999999"])).expect(5);
    assert!(full.stdout.contains("VDU-1: disk: ") && full.stdout.contains("less than 999999 MiB"), "{}", full.stdout);

    let mut command = check(&bench, &lab, &[good], good.password());
    good.change_host_key().unwrap();
    let changed = outcome(&mut command).expect(5);
    assert!(changed.stdout.contains("VDU-1: host key: "), "{}", changed.stdout);
    lab.stop().unwrap();
}

#[test]
fn logins_by_questions_and_logins_that_come_late() {
    let lab = lab("e2e-login", 1);
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    on_host(
        host,
        "printf 'PasswordAuthentication no\\nKbdInteractiveAuthentication yes\\n' >/etc/ssh/sshd_config.d/00-questions.conf; systemctl restart ssh",
    );
    outcome(&mut check(&bench, &lab, &[host], host.password())).expect(0);
    let wrong = outcome(&mut check(&bench, &lab, &[host], "wrong")).expect(5);
    assert!(wrong.stdout.contains("refused: password, keyboard-interactive"), "{}", wrong.stdout);

    // The password is set when the run has already been refused once, as by a slow cloud-init.
    on_host(host, "echo ubuntu:another | chpasswd");
    let package = steps_package(&bench, 1, "      hello: { run: hello.sh }\n", &[("hello.sh", "#!/bin/sh\necho hello\n")]);
    let mut command = lab_run(&bench, &lab, &package, &[host]);
    let mut run = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(run.stderr.take().unwrap()).lines().map_while(Result::ok);
    let refused = lines.by_ref().find(|line| line.contains("login refused")).expect("the refusal is told");
    assert!(refused.contains("again in 5.0 s"), "{refused}");
    on_host(host, "echo ubuntu:ubuntu | chpasswd");
    let rest: Vec<String> = lines.collect();
    assert_eq!(run.wait().unwrap().code(), Some(0), "{}", rest.join("\n"));
    lab.stop().unwrap();
}

const STEPS: &str = "      one: { run: one.sh, probe: probe.sh, root: true }
      two: { write: { template: two.conf, to: /etc/two.conf, mode: \"0600\" }, root: true }
      three: { run: three.sh, needs: [one, two] }
      four: { run: four.sh, needs: [three], root: true }
";
const SCRIPTS: [(&str, &str); 5] = [
    ("probe.sh", "#!/bin/sh\n[ -f /etc/one.conf ]\n"),
    ("one.sh", "#!/bin/sh\nid -un >/etc/one.conf\n"),
    ("two.conf", "two\n"),
    ("three.sh", "#!/bin/sh\nid -un >~/three\n"),
    ("four.sh", "#!/bin/sh\n[ \"$VNFPKG_FILES\" = /home/ubuntu/.local/share/vnfpkg/files ]\n"),
];

/// Lets the user do what `vnfpkg plan --sudoers` prints, and nothing else.
fn restrict(bench: &Workbench, package: &Path, host: &Host, tag: &str) {
    let mut plan = bench.vnfpkg();
    plan.args(["plan", "--sudoers", "instantiate_end"]).arg(package).arg("--request").arg(bench.registry_request("").unwrap());
    let rules = outcome(plan.arg("--host").arg(format!("PrivateRegistryVDU=ubuntu@{}", host.ip()))).expect(0).stdout;
    assert!(rules.contains(&format!("\nubuntu ALL=(root) {tag}: /bin/sh ")), "{rules}");
    assert!(rules.contains("steps four, one, two\n"), "{rules}");
    on_host(
        host,
        &format!(
            "set -e; rm -f /etc/sudoers.d/*; cat >/etc/sudoers.d/vnfpkg <<'END'\n{rules}END\nchmod 440 /etc/sudoers.d/vnfpkg
            gpasswd -d ubuntu sudo 2>/dev/null || true; visudo -cf /etc/sudoers.d/vnfpkg
            for wrong in id 'sh -c id' '/bin/sh /dev/null' 'sh -s'; do
                if su ubuntu -c \"echo ubuntu | sudo -S -p '' $wrong\" </dev/null 2>/dev/null; then echo \"$wrong is allowed\"; exit 1; fi
            done"
        ),
    );
}

#[test]
fn a_user_with_the_printed_rules_alone_can_run_everything() {
    let lab = Lab::start(&LabOptions { name: "e2e-sudoers".into(), hosts: 2, sudo: Sudo::Password, ..LabOptions::default() }).unwrap();
    for (host, with_password) in [(lab.host(1), true), (lab.host(2), false)] {
        let bench = Workbench::new().unwrap();
        let package = steps_package(&bench, 1, STEPS, &SCRIPTS);
        if !with_password {
            let path = package.join("Scripts/lifecycle.yaml");
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(&path, text.replace("      password: \"{{ input.ssh_password }}\"\n", "")).unwrap();
        }
        restrict(&bench, &package, host, if with_password { "PASSWD" } else { "NOPASSWD" });
        let run = || {
            let mut command = lab_run(&bench, &lab, &package, &[host]);
            command.arg("--identity").arg(host.key());
            outcome(&mut command)
        };
        run().expect(0);
        assert_eq!(
            on_host(host, "cat /etc/one.conf /etc/two.conf /home/ubuntu/three; stat -c '%U %a' /etc/two.conf"),
            "root\ntwo\nubuntu\nroot 600\n"
        );
        run().expect(0).says("already done one@");
    }
    lab.stop().unwrap();
}
