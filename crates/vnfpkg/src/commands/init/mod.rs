//! `vnfpkg init`: a package of one's own, made from one of this repository's.

mod template;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::IsTerminal;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use vnfpkg_plan::problem::did_you_mean;

use self::template::{Identity, TEMPLATES, Template};
use crate::exit::{CommandResult, Exit, Failure};
use crate::terminal::Terminal;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder to make; on a terminal what is not given is asked for
    folder: Option<Utf8PathBuf>,
    /// What to begin with: hello, registry or cluster
    #[arg(short, long, value_name = "NAME")]
    template: Option<String>,
    /// Product name of the VNF; default is the folder's name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Provider of the VNF; also the beginning of the names of its types
    #[arg(long, value_name = "TEXT")]
    provider: Option<String>,
}

/// Makes a package.
pub(crate) fn run(args: &InitArgs, terminal: &Terminal) -> CommandResult {
    let asks = std::io::stdin().is_terminal() && args.folder.is_none();
    let answer = |given: Option<&String>, question: &str, default: &str| match given {
        Some(text) => Ok(text.clone()),
        None if asks => terminal.ask(question, default),
        None => Ok(default.to_owned()),
    };
    let template = find(&answer(args.template.as_ref(), &format!("Template ({})", names().join(", ")), "hello")?)?;
    let folder = match &args.folder {
        Some(folder) => folder.clone(),
        None if asks => terminal.ask("Folder", "my-vnf")?.into(),
        None => return Err(Failure::usage("no folder is named").help("write `vnfpkg init FOLDER`, on a terminal `vnfpkg init` asks")),
    };
    let name = answer(args.name.as_ref(), "Product name", folder.file_name().unwrap_or("My VNF"))?;
    let identity = Identity { product: name, provider: answer(args.provider.as_ref(), "Provider", "example")?, descriptor: uuid() };
    identity.check()?;
    let files = template.render(&identity);
    write(&folder, &files)?;
    terminal.out(&format!(
        "{folder}: {} files, a package after the template `{}`\n\n{}",
        files.len(),
        template.name,
        template.next(&folder)
    ));
    Ok(Exit::Ok)
}

fn names() -> Vec<&'static str> {
    TEMPLATES.iter().filter(|template| template.package().is_some()).map(|template| template.name).collect()
}

fn find(name: &str) -> Result<&'static Template, Failure> {
    let found = TEMPLATES.iter().find(|template| template.name == name && template.package().is_some());
    found.ok_or_else(|| {
        let known = names();
        let help = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| format!("templates are {}", known.join(", ")));
        Failure::usage(format!("there is no template `{name}`")).help(help)
    })
}

fn write(folder: &Utf8Path, files: &[(&str, String)]) -> Result<(), Failure> {
    let cannot = |path: &Utf8Path, error: &std::io::Error| Failure::usage(format!("cannot write {path}: {error}"));
    match std::fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => {}
        Ok(false) => return Err(Failure::usage(format!("{folder} is not empty")).help("name a folder that is not there yet")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(cannot(folder, &error)),
    }
    for (name, text) in files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|error| cannot(parent, &error))?;
        std::fs::write(&path, text).map_err(|error| cannot(&path, &error))?;
    }
    Ok(())
}

/// A random UUID (RFC 9562, version 4).
fn uuid() -> String {
    let word = || RandomState::new().build_hasher().finish();
    let (high, low) = (word() & !0xf000 | 0x4000, word() & !(0b11 << 62) | 1 << 63);
    format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff, high & 0xffff, low >> 48, low & 0xffff_ffff_ffff)
}
