//! Artifacts of node templates: type, file, extension.

use super::{Check, Typed};
use crate::grammar::{ArtifactDef, Name, NodeTemplate, TypeKind};
use crate::load::{find, is_url, near};
use crate::problem::{Problem, ProblemKind};
use crate::suggest::{did_you_mean, listed};

impl Check<'_> {
    pub(super) fn artifacts(&mut self, node: &NodeTemplate) {
        for (name, artifact) in node.artifacts.iter() {
            self.artifact(name, artifact);
        }
    }

    fn artifact(&mut self, name: &Name, artifact: &ArtifactDef) {
        let type_name = self.known(TypeKind::Artifact, artifact.type_name.as_ref());
        let Some(file) = &artifact.file else {
            let message = format!("the artifact `{}` lacks the keyname `file`", name.as_str());
            self.problems.push(Problem::at(ProblemKind::MissingKeyname, name.span, message));
            return;
        };
        if artifact.type_name.is_none() && artifact.span != file.span {
            let message = format!("the artifact `{}` lacks the keyname `type`", name.as_str());
            self.problems.push(Problem::at(ProblemKind::MissingKeyname, name.span, message));
        }
        if let Some(type_name) = type_name {
            self.artifact_properties(name, artifact, type_name);
        }
        if let Some(repository) = &artifact.repository {
            self.repository(repository);
            return;
        }
        if let Some(type_name) = type_name {
            self.extension(type_name, file);
        }
        self.artifact_file(file);
    }

    fn artifact_properties(&mut self, name: &Name, artifact: &ArtifactDef, type_name: &Name) {
        let types = self.types;
        let Some(effective) = types.effective(TypeKind::Artifact, type_name.as_str()) else { return };
        let typed = Typed {
            definitions: &effective.properties,
            what: format!("the artifact `{}`", name.as_str()),
            type_name: type_name.as_str(),
            open: self.is_open(TypeKind::Artifact, type_name.as_str()),
            span: name.span,
            node: None,
        };
        self.properties(&typed, &artifact.properties);
    }

    fn repository(&mut self, repository: &Name) {
        let known = self.model.files.iter().any(|file| file.template.repositories.get(repository.as_str()).is_some());
        if !known {
            let message = format!("there is no repository `{}`", repository.as_str());
            let help = did_you_mean(repository.as_str(), self.file.template.repositories.names());
            self.problems.push(Problem::at(ProblemKind::Artifact, repository.span, message).maybe_help(help));
        }
    }

    fn artifact_file(&mut self, file: &Name) {
        let path = file.as_str();
        let naming = self.model.path(file.span.source).unwrap_or(&self.file.path);
        if is_url(path) || find(self.files, naming, path).is_some() {
            return;
        }
        let problem = if path.starts_with('/') {
            let message = format!("`{path}` is an absolute path; a package can only name its own files");
            Problem::at(ProblemKind::ArtifactFile, file.span, message)
                .help("put the file into the package and name it relative to this file")
        } else {
            let near = near(self.files, naming, path).map(|near| format!("did you mean `{near}`?"));
            Problem::at(ProblemKind::ArtifactFile, file.span, format!("the package has no file `{path}`")).maybe_help(near)
        };
        self.problems.push(problem);
    }

    fn extension(&mut self, type_name: &Name, file: &Name) {
        let Some(effective) = self.types.effective(TypeKind::Artifact, type_name.as_str()) else { return };
        let name = file.as_str().rsplit('/').next().unwrap_or("").to_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let allowed = &effective.file_ext;
        // An extension may have two parts: `tar.gz`.
        let fits = |allowed: &Name| name.ends_with(&format!(".{}", allowed.as_str().trim_start_matches('.').to_lowercase()));
        if !allowed.is_empty() && !allowed.iter().any(fits) {
            let message = format!("a file of the artifact type `{}` does not end in `.{extension}`", type_name.as_str());
            let help = format!("its extensions are {}", listed(allowed.iter().map(Name::as_str)));
            self.problems.push(Problem::at(ProblemKind::Artifact, file.span, message).help(help));
        }
    }
}
