//! The same image again: nothing is to be sent, and it is to be over soon.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use xtask::product::Workbench;

use super::relay::Relay;
use super::sshd::{ADDRESS, Farm, USER, fast_folder};
use super::{image, package};
use crate::bench::{BenchError, Section, measure, mebibytes, median, say, seconds, verdict};

const PROVEN: Duration = Duration::from_secs(3);
const RECORDED: Duration = Duration::from_millis(500);
/// More than this went to the host: the image was among it.
const TALK: u64 = 1 << 20;

/// Measures a second run with an image of so many MiB.
pub(crate) fn run(size: u64, runs: usize) -> Result<Section, BenchError> {
    let farm = Farm::start_in(&fast_folder((3 * size) << 20), 1)?;
    let bench = Workbench::new()?;
    let plain = farm.path("image.bin");
    image::write(&plain, size)?;
    let csar = image::archive(&bench, &plain, &farm.path(""), None)?;
    let host = &farm.hosts()[0];
    let relay = Relay::start(host.port, Duration::ZERO)?;
    farm.know(relay.port())?;
    let again = || {
        let mut command = package::vnfpkg_on(&bench, &csar, &farm, &[format!("{USER}@{ADDRESS}:{}", relay.port())])?;
        let before = relay.sent();
        let usage = measure("vnfpkg run", &mut command, 0)?;
        Ok::<_, BenchError>((usage, relay.sent() - before))
    };
    let (first, _) = again()?;
    say(&format!("the first run: {}", seconds(first.wall)));
    let there = host.home.join(image::ON_HOST);
    let which = || fs::metadata(&there).map(|found| (found.ino(), found.mtime_nsec())).map_err(BenchError::io("the image on the host"));
    let arrived = which()?;

    let mut section = Section::new(
        format!("The same image of {size} MiB once more"),
        &["what the host knows", "runs", "wall", "reach", "", "sent to the host", "CPU", "memory"],
    );
    for (name, reach, record) in
        [("nothing: the digest is proven", PROVEN, false), ("a record of the digest that is valid", RECORDED, true)]
    {
        let (mut taken, mut most) = (Vec::new(), 0);
        for run in 1..=runs {
            if !record {
                forget(&host.home)?;
            }
            let (usage, sent) = again()?;
            say(&format!("again, the host knows {name} {run}/{runs}: {}, {sent} bytes sent", seconds(usage.wall)));
            if sent > TALK || which()? != arrived {
                return Err(BenchError::unexpected("a repeated run", format!("sent {sent} bytes")));
            }
            most = most.max(sent);
            taken.push(usage);
        }
        let usage = median(taken);
        section.row([
            name.to_owned(),
            runs.to_string(),
            seconds(usage.wall),
            seconds(reach),
            verdict(usage.wall < reach),
            format!("{:.1} KiB", most as f64 / 1024.0),
            seconds(usage.cpu),
            mebibytes(usage.peak),
        ]);
    }
    section.note(
        "Whole runs of `vnfpkg run` with a new connection. What was sent is counted on the line: scripts and the protocol. The record, which is \
         about device, inode, size and times of the file, spares the host reading it.",
    );
    Ok(section)
}

/// Removes what the host keeps about digests.
fn forget(home: &Path) -> Result<(), BenchError> {
    fs::remove_dir_all(home.join(".local/state/vnfpkg/digests")).map_err(BenchError::io("the host's records of digests"))
}
