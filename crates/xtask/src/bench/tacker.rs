//! `cargo xtask bench tacker`: the registry VNF with Tacker's own driver and with the product: same package, same request,
//! fresh hosts of the lab, and what each does when something is not as it should be.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Args;
use xtask::lab::{DEFAULT_CACHE, Host, Lab, LabOptions, Tacker, registry_image};
use xtask::product::Workbench;

use super::{Bench, BenchError, Section, ratio, say, seconds};

const STAND_INS: &str = include_str!("../../assets/tacker/stand_ins.sh");
const RUN_DRIVER: &str = include_str!("../../assets/tacker/run_driver.py");
const IMAGE: &str = "Files/images/private_registry.tar";

/// What the container is, for both.
const CONTAINER: &str = "docker inspect private_registry -f '{{.Image}} {{.State.Running}} {{.HostConfig.RestartPolicy.Name}} {{range index .HostConfig.PortBindings \"5000/tcp\"}}{{.HostPort}}{{end}} {{.HostConfig.Binds}}'";
/// Another program on the registry's port.
const SQUATTER: &str = "bash -c 'exec -a squatter perl -MIO::Socket::INET -e \"\\$s=IO::Socket::INET->new(LocalPort=>5000,Listen=>1,ReuseAddr=>1) or die; close STDOUT; close STDERR; sleep 900\" &'";

/// How often.
#[derive(Args)]
pub(crate) struct TackerBench {
    /// Installations with each tool; the median counts
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Only the installation, without the faults
    #[arg(long)]
    no_faults: bool,
}

/// What a tool did.
struct Did {
    took: Duration,
    ok: bool,
    words: String,
}

/// Both tools and the hosts that they work on.
struct Field<'a> {
    lab: &'a Lab,
    bench: Workbench,
    tacker: Tacker,
    package: PathBuf,
    request: PathBuf,
    runner: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tool {
    Tacker,
    Vnfpkg,
}

impl Bench for TackerBench {
    fn run(&self) -> Result<Vec<Section>, BenchError> {
        let lab = Lab::start(&LabOptions { name: "bench-tacker".into(), hosts: 2, ..LabOptions::default() })?;
        let field = Field::new(&lab)?;
        let mut sections = vec![field.installations(self.runs.max(1))?];
        if !self.no_faults {
            sections.push(field.faults()?);
        }
        lab.stop()?;
        Ok(sections)
    }
}

impl<'a> Field<'a> {
    fn new(lab: &'a Lab) -> Result<Self, BenchError> {
        let bench = Workbench::new()?;
        let tacker = Tacker::get(Path::new(DEFAULT_CACHE))?;
        let package = bench.fixture("tacker_registry")?;
        let image = package.join(IMAGE);
        fs::copy(registry_image(Path::new(DEFAULT_CACHE))?, &image).map_err(BenchError::io("the registry's image"))?;
        run("mending the package", bench.vnfpkg().arg("validate").arg(&package).arg("--fix=unsafe"))?;
        let request = bench.registry_request(&format!("\"image_path\": \"{IMAGE}\""))?;
        // The driver gets the request from Tacker, which has read the comments over.
        let text = fs::read_to_string(&request).map_err(BenchError::io("the request"))?;
        let plain: String = text.lines().map(|line| line.split(" #").next().unwrap_or_default().to_owned() + "\n").collect();
        let request = bench.write("request.json", &plain)?;
        let runner = bench.write("run_driver.py", RUN_DRIVER)?;
        Ok(Self { lab, bench, tacker, package, request, runner })
    }

    fn host(&self, tool: Tool) -> &Host {
        self.lab.host(if tool == Tool::Tacker { 1 } else { 2 })
    }

    /// A fresh host with the stand-ins.
    fn fresh(&self, tool: Tool) -> Result<(), BenchError> {
        let host = self.host(tool);
        host.reset()?;
        host.root_output(&["bash", "-c", STAND_INS]).map(drop).map_err(BenchError::from)
    }

    fn work(&self, tool: Tool, package: &Path, request: &Path) -> Result<Did, BenchError> {
        let host = self.host(tool);
        let mut command = match tool {
            Tool::Tacker => {
                let mut command = self.lab.command(&self.tacker.python().to_string_lossy());
                command.env("PYTHONWARNINGS", "ignore").arg(&self.runner).arg(self.tacker.registry_driver());
                command.arg(package).arg(host.ip().to_string()).arg(request);
                command
            }
            Tool::Vnfpkg => self.bench.run_on(self.lab, host, "instantiate_end", package, request)?,
        };
        let started = Instant::now();
        let output = command.stdin(Stdio::null()).output().map_err(BenchError::io("starting the tool"))?;
        let took = started.elapsed();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok(Did { took, ok: output.status.success(), words: text })
    }

    fn installations(&self, runs: usize) -> Result<Section, BenchError> {
        let mut times: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
        let mut containers = Vec::new();
        for round in 1..=runs {
            for (at, tool) in [Tool::Tacker, Tool::Vnfpkg].into_iter().enumerate() {
                self.fresh(tool)?;
                let did = self.work(tool, &self.package, &self.request)?;
                say(&format!("round {round}: {} took {}", tool.name(), seconds(did.took)));
                if !did.ok {
                    return Err(BenchError::unexpected(tool.name(), did.words));
                }
                times[at].push(did.took);
                containers.push(self.host(tool).root_output(&["sh", "-c", CONTAINER])?);
            }
        }
        if containers.iter().any(|container| *container != containers[0]) {
            return Err(BenchError::unexpected("comparing the containers", containers.concat()));
        }
        let [tacker, vnfpkg] = times.map(middle);
        let mut section = Section::new("Installing the private registry VNF", &["tool", "median wall", "times vnfpkg"]);
        section.row([Tool::Tacker.name().to_owned(), seconds(tacker), ratio(tacker, vnfpkg)]);
        section.row([Tool::Vnfpkg.name().to_owned(), seconds(vnfpkg), ratio(vnfpkg, vnfpkg)]);
        section.note(format!("{runs} installations each, on fresh hosts. Both end in the same container: `{}`.", containers[0].trim()));
        section.note("The driver is Tacker's own, unmodified; a stand-in gives it the name of its distribution and Docker's packages, so that both install the same docker.io from the lab's repository. The time of Python's imports, which a conductor has done before, counts.");
        Ok(section)
    }

    fn faults(&self) -> Result<Section, BenchError> {
        let mut section = Section::new("When it is not the first time, or something is wrong", &["what", "Tacker's driver", "vnfpkg"]);
        let both = |what: &str, prepare: &dyn Fn(&Host) -> Result<(), BenchError>, package: &Path, keep: bool| {
            let mut cells = vec![what.to_owned()];
            for tool in [Tool::Tacker, Tool::Vnfpkg] {
                if !keep {
                    self.fresh(tool)?;
                }
                prepare(self.host(tool))?;
                let did = self.work(tool, package, &self.request)?;
                say(&format!("{what}: {} {} after {}", tool.name(), if did.ok { "is done" } else { "fails" }, seconds(did.took)));
                cells.push(did.cell());
            }
            Ok::<_, BenchError>(cells)
        };
        let shell = |script: &'static str| move |host: &Host| host.root_output(&["sh", "-c", script]).map(drop).map_err(BenchError::from);
        section.row(both("run a second time", &|_| Ok(()), &self.package, true)?);
        section.row(both("apt warns on stderr", &shell("touch /run/apt-warns"), &self.package, false)?);
        section.row(both("image file with another name in it", &|_| Ok(()), &self.other_image()?, false)?);
        section.row(both("port 5000 is taken", &shell(SQUATTER), &self.package, false)?);
        Ok(section)
    }

    /// The package with an image that is not called `registry`.
    fn other_image(&self) -> Result<PathBuf, BenchError> {
        let to = self.bench.path("other_image");
        run("copying the package", Command::new("cp").arg("-r").arg(&self.package).arg(&to))?;
        let work = self.bench.path("other_image_files");
        fs::create_dir_all(&work).map_err(BenchError::io("a folder"))?;
        let tar = |arguments: &[&str], archive: &Path| {
            let mut command = Command::new("tar");
            command.arg(arguments[0]).arg(archive).args(&arguments[1..]).current_dir(&work);
            command
        };
        run("unpacking the image", &mut tar(&["-xf"], &self.package.join(IMAGE)))?;
        let manifest = work.join("manifest.json");
        let text = fs::read_to_string(&manifest).map_err(BenchError::io("the image's manifest"))?;
        let mut file = fs::File::create(&manifest).map_err(BenchError::io("the image's manifest"))?;
        let text = text.replace("registry:", "store:");
        file.write_all(text.as_bytes()).map_err(BenchError::io("the image's manifest"))?;
        run("packing the image", &mut tar(&["-cf", "."], &to.join(IMAGE)))?;
        Ok(to)
    }
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::Tacker => "Tacker's driver",
            Self::Vnfpkg => "vnfpkg",
        }
    }
}

impl Did {
    /// The outcome with its last or most telling line.
    fn cell(&self) -> String {
        let lines: Vec<&str> = self.words.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let telling = lines.iter().find(|line| line.contains("error") || line.contains("failed")).or(lines.last());
        let words: String = telling.unwrap_or(&"").chars().take(160).collect();
        let words = words.replace('|', "\\|").replace('\n', " ");
        format!("{} after {}: {words}", if self.ok { "done" } else { "fails" }, seconds(self.took))
    }
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn run(what: &str, command: &mut Command) -> Result<(), BenchError> {
    let output = command.stdin(Stdio::null()).output().map_err(BenchError::io(what))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(BenchError::unexpected(what, String::from_utf8_lossy(&output.stderr).into_owned())),
    }
}
