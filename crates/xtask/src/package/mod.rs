//! `cargo xtask package`: every way to get the program, built, installed and tried. One file per form, one line in [`FORMS`].

mod archive;
mod cargo;
mod container;
mod deb;
mod description;
mod github;
mod gitlab;
mod pre_commit;
mod release;
mod tools;
mod wheel;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use xtask::lab::{Need, install_missing};
use xtask::product::{BUILD_NEEDS, ProductError};

use release::Release;

/// What building the forms takes besides.
const NEEDS: &[Need] = &[
    Need { package: "perl", why: "builds the OpenSSL that goes into the program" },
    Need { package: "dpkg-dev", why: "finds the libraries that a Debian package depends on" },
    Need { package: "python3-venv", why: "installs wheels, and runs the programs that check the forms" },
    Need { package: "git", why: "pre-commit clones what it installs" },
    Need { package: "man-db", why: "finds and shows the manual pages" },
];

/// A way to get the program.
struct Form {
    name: &'static str,
    about: &'static str,
    /// Builds it, installs it where nothing of it is, and runs it. Says what was shown.
    show: fn(&Release) -> Result<String, ProductError>,
}

/// All forms.
const FORMS: &[Form] = &[
    Form { name: "archive", about: "release archive with manual pages and completions", show: archive::show },
    Form { name: "cargo", about: "cargo install", show: cargo::show },
    Form { name: "deb", about: "Debian package", show: deb::show },
    Form { name: "wheel", about: "Python wheel that holds the program", show: wheel::show },
    Form { name: "github", about: "GitHub Action", show: github::show },
    Form { name: "gitlab", about: "GitLab CI component", show: gitlab::show },
    Form { name: "pre-commit", about: "pre-commit hooks", show: pre_commit::show },
    Form { name: "container", about: "container image, on a Docker engine of the lab", show: container::show },
];

/// Which forms.
#[derive(Args)]
pub(crate) struct PackageArguments {
    /// Which forms; without one, all
    #[arg(value_name = "FORM", value_parser = clap::builder::PossibleValuesParser::new(FORMS.iter().map(|form| {
        clap::builder::PossibleValue::new(form.name).help(form.about)
    })))]
    forms: Vec<String>,
}

/// Makes the forms and tries them; one that fails does not keep the others from being tried.
pub(crate) fn run(arguments: &PackageArguments) -> ExitCode {
    match forms(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("failed: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn forms(arguments: &PackageArguments) -> Result<bool, ProductError> {
    install_missing(BUILD_NEEDS)?;
    install_missing(NEEDS)?;
    let release = Release::build()?;
    let wanted = |form: &&Form| arguments.forms.is_empty() || arguments.forms.iter().any(|name| name == form.name);
    let mut good = true;
    for form in FORMS.iter().filter(wanted) {
        let started = Instant::now();
        let (word, text) = match (form.show)(&release) {
            Ok(text) => ("ok", text),
            Err(error) => {
                good = false;
                ("FAILED", error.to_string())
            }
        };
        say(&format!("{word} {}, {:.0} s: {text}", form.name, started.elapsed().as_secs_f64()));
    }
    Ok(good)
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "package: {text}");
}
