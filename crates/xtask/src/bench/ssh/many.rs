//! One image out of one archive to many hosts: what it takes in memory, and how often the archive is read.

use xtask::product::Workbench;

use super::sshd::{ADDRESS, Farm, USER, fast_folder};
use super::{image, package};
use crate::bench::{BenchError, Section, measure, mebibytes, say, seconds, verdict};

const MEMORY: u64 = 64 << 20;
/// Files that are on hosts of this machine at the same time, when each is removed as soon as it has arrived.
const AT_ONCE: u64 = 10;
/// Room for all of them is not to be had everywhere.
const THEN: &str = "#!/bin/sh\nrm \"$VNFPKG_FILES/image.bin\"\n";

/// Measures one run that brings an image of so many MiB to so many hosts.
pub(crate) fn run(size: u64, hosts: usize) -> Result<Section, BenchError> {
    let farm = Farm::start_in(&fast_folder(((AT_ONCE.min(hosts as u64) + 2) * size) << 20), hosts)?;
    let bench = Workbench::new()?;
    let plain = farm.path("image.bin");
    image::write(&plain, size)?;
    let csar = image::archive(&bench, &plain, &farm.path(""), Some(THEN))?;
    std::fs::remove_file(&plain).map_err(BenchError::io("the image"))?;
    let targets: Vec<String> = farm.hosts().iter().map(|host| format!("{USER}@{ADDRESS}:{}", host.port)).collect();
    let usage = measure("vnfpkg run", &mut package::vnfpkg_on(&bench, &csar, &farm, &targets)?, 0)?;
    say(&format!("{size} MiB to {hosts} hosts: {}, {}", seconds(usage.wall), mebibytes(usage.peak)));

    let read = usage.read as f64 / (size << 20) as f64;
    let mut section = Section::new(format!("One image of {size} MiB to {hosts} hosts"), &["what", "vnfpkg", "reach", ""]);
    let mut line = |what: &str, value: String, reach: &str, met: &str| {
        section.row([what, &value, reach, met].map(str::to_owned));
    };
    line("wall", seconds(usage.wall), "", "");
    line("MiB/s, all hosts together", format!("{:.0}", (size * hosts as u64) as f64 / usage.wall.as_secs_f64()), "", "");
    line("CPU", seconds(usage.cpu), "", "");
    line("memory", mebibytes(usage.peak), &mebibytes(MEMORY), &verdict(usage.peak < MEMORY));
    // Once for the digest and once to send.
    line("bytes read, in lengths of the image", format!("{read:.2}"), "2: hashed once, sent from one reading", &verdict(read < 2.1));
    section.note("One run. What the process read from files is counted by the kernel; the archive is in the page cache. Each host removes the image when it has it.");
    Ok(section)
}
