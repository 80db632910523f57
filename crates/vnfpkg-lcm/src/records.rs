//! Where records are kept, and which operation may begin.

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::instance::{InstantiationState, VnfInstance};
use crate::operation::{LcmOperation, OpOcc};

const INSTANCES: &str = "vnf_instances";
const OPERATIONS: &str = "vnf_lcm_op_occs";

/// A folder of small texts in folders of their own. Names are safe as file names.
pub trait Files {
    /// The text of a file; `None` when there is none.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    fn read(&self, folder: &str, name: &str) -> io::Result<Option<String>>;

    /// Replaces a file, all of it or nothing.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&self, folder: &str, name: &str, text: &str) -> io::Result<()>;

    /// Removes a file; none is no error.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn remove(&self, folder: &str, name: &str) -> io::Result<()>;

    /// Names of the files of a folder, sorted.
    ///
    /// # Errors
    /// When the folder cannot be read.
    fn names(&self, folder: &str) -> io::Result<Vec<String>>;
}

/// What is wrong with a wish.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum LcmError {
    #[error("cannot {what} the record of {id}: {source}")]
    Io { what: &'static str, id: String, source: io::Error },
    #[error("the record of {id} cannot be understood: {message}")]
    Damaged { id: String, message: String },
    #[error("there is no {what} `{id}`")]
    Unknown { what: &'static str, id: String },
    #[error("`{id}` is the beginning of several ids: {}", .matches.join(", "))]
    Ambiguous { id: String, matches: Vec<String> },
    #[error("VNF instance {id} is {state}; it has to be {wanted} for that")]
    WrongInstanceState { id: String, state: &'static str, wanted: &'static str },
    #[error("operation {operation} of VNF instance {instance} has not ended: {op} is {state}")]
    Busy { instance: String, op: String, operation: &'static str, state: &'static str },
    #[error("operation {id} is {state}, so it cannot be {wish}")]
    WrongState { id: String, state: &'static str, wish: &'static str },
    #[error("operation {id} cannot be rolled back: {operation} is not undone; retry it or fail it")]
    NoRollback { id: String, operation: &'static str },
}

/// All records.
pub struct Records<'a> {
    files: &'a dyn Files,
}

impl<'a> Records<'a> {
    /// The records in some files.
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files }
    }

    /// All VNF instances.
    ///
    /// # Errors
    /// When a record cannot be read.
    pub fn instances(&self) -> Result<Vec<VnfInstance>, LcmError> {
        self.all(INSTANCES)
    }

    /// The VNF instance of an id, or of the beginning of one, or of a name.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn instance(&self, id: &str) -> Result<VnfInstance, LcmError> {
        if let Some(named) = self.instances()?.into_iter().find(|instance| instance.name == id) {
            return Ok(named);
        }
        self.one(INSTANCES, "VNF instance", id)
    }

    /// Keeps a VNF instance.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, instance: &VnfInstance) -> Result<(), LcmError> {
        self.write(INSTANCES, &instance.id, instance)
    }

    /// Forgets a VNF instance and its operations.
    ///
    /// # Errors
    /// When it has VMs, or an operation of it has not ended.
    pub fn delete(&self, instance: &VnfInstance) -> Result<(), LcmError> {
        self.must_be(instance, InstantiationState::NotInstantiated)?;
        self.must_be_idle(&instance.id)?;
        for op in self.operations()?.iter().filter(|op| op.instance == instance.id) {
            self.remove(OPERATIONS, &op.id)?;
        }
        self.remove(INSTANCES, &instance.id)
    }

    /// All operation occurrences, the oldest first.
    ///
    /// # Errors
    /// When a record cannot be read.
    pub fn operations(&self) -> Result<Vec<OpOcc>, LcmError> {
        let mut all: Vec<OpOcc> = self.all(OPERATIONS)?;
        all.sort_by(|a, b| (&a.start_time, &a.id).cmp(&(&b.start_time, &b.id)));
        Ok(all)
    }

    /// The operation occurrence of an id or of the beginning of one.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn operation(&self, id: &str) -> Result<OpOcc, LcmError> {
        self.one(OPERATIONS, "LCM operation occurrence", id)
    }

    /// Keeps an operation occurrence.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save_operation(&self, op: &OpOcc) -> Result<(), LcmError> {
        self.write(OPERATIONS, &op.id, op)
    }

    /// May this operation begin now?
    ///
    /// # Errors
    /// When the instance is in the wrong state or busy.
    pub fn may_begin(&self, instance: &VnfInstance, operation: LcmOperation) -> Result<(), LcmError> {
        let wanted = match operation {
            LcmOperation::Instantiate => InstantiationState::NotInstantiated,
            LcmOperation::Heal | LcmOperation::Scale | LcmOperation::Terminate | LcmOperation::ModifyInfo => {
                InstantiationState::Instantiated
            }
        };
        self.must_be(instance, wanted)?;
        self.must_be_idle(&instance.id)
    }

    fn must_be(&self, instance: &VnfInstance, wanted: InstantiationState) -> Result<(), LcmError> {
        if instance.state == wanted {
            return Ok(());
        }
        Err(LcmError::WrongInstanceState { id: instance.id.clone(), state: instance.state.name(), wanted: wanted.name() })
    }

    fn must_be_idle(&self, instance: &str) -> Result<(), LcmError> {
        match self.operations()?.into_iter().find(|op| op.instance == instance && !op.state.is_final()) {
            None => Ok(()),
            Some(op) => {
                Err(LcmError::Busy { instance: instance.to_owned(), op: op.id, operation: op.operation.name(), state: op.state.name() })
            }
        }
    }

    fn all<T: DeserializeOwned>(&self, folder: &str) -> Result<Vec<T>, LcmError> {
        self.names(folder)?.iter().map(|id| self.read(folder, id)).collect()
    }

    fn names(&self, folder: &str) -> Result<Vec<String>, LcmError> {
        self.files.names(folder).map_err(|source| LcmError::Io { what: "list", id: folder.to_owned(), source })
    }

    fn one<T: DeserializeOwned>(&self, folder: &str, what: &'static str, id: &str) -> Result<T, LcmError> {
        let names = self.names(folder)?;
        let matches: Vec<String> = names.into_iter().filter(|name| name.starts_with(id) && !id.is_empty()).collect();
        match matches.as_slice() {
            [only] => self.read(folder, only),
            [] => Err(LcmError::Unknown { what, id: id.to_owned() }),
            _ => Err(LcmError::Ambiguous { id: id.to_owned(), matches }),
        }
    }

    fn read<T: DeserializeOwned>(&self, folder: &str, id: &str) -> Result<T, LcmError> {
        let text = self.files.read(folder, id).map_err(|source| LcmError::Io { what: "read", id: id.to_owned(), source })?;
        let text = text.ok_or_else(|| LcmError::Unknown { what: "record", id: id.to_owned() })?;
        serde_json::from_str(&text).map_err(|error| LcmError::Damaged { id: id.to_owned(), message: error.to_string() })
    }

    fn write<T: Serialize>(&self, folder: &str, id: &str, record: &T) -> Result<(), LcmError> {
        let text =
            serde_json::to_string_pretty(record).map_err(|error| LcmError::Damaged { id: id.to_owned(), message: error.to_string() })?;
        self.files.write(folder, id, &text).map_err(|source| LcmError::Io { what: "write", id: id.to_owned(), source })
    }

    fn remove(&self, folder: &str, id: &str) -> Result<(), LcmError> {
        self.files.remove(folder, id).map_err(|source| LcmError::Io { what: "remove", id: id.to_owned(), source })
    }
}
