//! What the bodies of LCM requests may hold: SOL003 §5.5.2 in its v1 and v2 form, and what Tacker adds.

use vnfpkg_tosca::yaml::Node;

use crate::problem::{Problem, ProblemKind, did_you_mean};

/// Body of which LCM request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// InstantiateVnfRequest.
    Instantiate,
    /// HealVnfRequest (SOL002 with `vnfcInstanceId`, SOL003 without).
    Heal,
    /// ScaleVnfRequest.
    Scale,
    /// ScaleVnfToLevelRequest.
    ScaleToLevel,
    /// TerminateVnfRequest.
    Terminate,
    /// ChangeExtVnfConnectivityRequest.
    ChangeExtVnfConnectivity,
    /// ChangeCurrentVnfPkgRequest.
    ChangeCurrentVnfPkg,
    /// OperateVnfRequest.
    Operate,
}

impl RequestKind {
    const ALL: [Self; 8] = [
        Self::Instantiate,
        Self::Heal,
        Self::Scale,
        Self::ScaleToLevel,
        Self::Terminate,
        Self::ChangeExtVnfConnectivity,
        Self::ChangeCurrentVnfPkg,
        Self::Operate,
    ];

    /// The request that leads to an LCM operation or one of its hooks.
    pub fn of_operation(operation: &str) -> Option<Self> {
        let base = operation.strip_suffix("_start").or_else(|| operation.strip_suffix("_end")).unwrap_or(operation);
        Some(match base.strip_suffix("_rollback").unwrap_or(base) {
            "instantiate" => Self::Instantiate,
            "heal" => Self::Heal,
            "scale" => Self::Scale,
            "scale_to_level" => Self::ScaleToLevel,
            "terminate" => Self::Terminate,
            "change_external_connectivity" => Self::ChangeExtVnfConnectivity,
            "change_current_package" => Self::ChangeCurrentVnfPkg,
            "operate" => Self::Operate,
            _ => return None,
        })
    }

    /// Its name in SOL003.
    pub fn name(self) -> &'static str {
        match self {
            Self::Instantiate => "InstantiateVnfRequest",
            Self::Heal => "HealVnfRequest",
            Self::Scale => "ScaleVnfRequest",
            Self::ScaleToLevel => "ScaleVnfToLevelRequest",
            Self::Terminate => "TerminateVnfRequest",
            Self::ChangeExtVnfConnectivity => "ChangeExtVnfConnectivityRequest",
            Self::ChangeCurrentVnfPkg => "ChangeCurrentVnfPkgRequest",
            Self::Operate => "OperateVnfRequest",
        }
    }

    fn keys(self) -> &'static [Key] {
        match self {
            Self::Instantiate => INSTANTIATE,
            Self::Heal => HEAL,
            Self::Scale => SCALE,
            Self::ScaleToLevel => SCALE_TO_LEVEL,
            Self::Terminate => TERMINATE,
            Self::ChangeExtVnfConnectivity => CHANGE_EXT,
            Self::ChangeCurrentVnfPkg => CHANGE_PACKAGE,
            Self::Operate => OPERATE,
        }
    }
}

type Key = (&'static str, Shape);

/// What a value has to look like.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// Anything: it is checked elsewhere, or not at all.
    Any,
    /// A text.
    Text,
    /// A whole number that is not negative.
    Number,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A mapping of these keys.
    Object(&'static [Key]),
    /// A list.
    List(&'static Self),
    /// A list in v1 of the API, a mapping by id in v2.
    ListOrMap(&'static Self),
    /// A list, or one item alone.
    ListOrOne(&'static Self),
}

const ADDITIONAL: Key = ("additionalParams", Shape::Any);

const VIM: Shape = Shape::Object(&[
    ("id", Shape::Text),
    ("vimId", Shape::Text),
    ("vimType", Shape::Text),
    ("interfaceInfo", Shape::Any),
    ("accessInfo", Shape::Any),
    ("extra", Shape::Any),
]);

const RESOURCE: Shape = Shape::Object(&[
    ("vimConnectionId", Shape::Text),
    ("resourceProviderId", Shape::Text),
    ("resourceId", Shape::Text),
    ("vimLevelResourceType", Shape::Text),
    ("containerNamespace", Shape::Text),
]);

const ADDRESS: Shape = Shape::Object(&[
    ("type", Shape::Word(&["IPV4", "IPV6"])),
    ("fixedAddresses", Shape::ListOrOne(&Shape::Text)),
    ("numDynamicAddresses", Shape::Number),
    ("addressRange", Shape::Object(&[("minAddress", Shape::Text), ("maxAddress", Shape::Text)])),
    ("subnetId", Shape::Text),
]);

const PROTOCOL: Shape = Shape::Object(&[
    ("layerProtocol", Shape::Word(&["IP_OVER_ETHERNET", "IP_FOR_VIRTUAL_CP"])),
    (
        "ipOverEthernet",
        Shape::Object(&[
            ("macAddress", Shape::Text),
            ("segmentationId", Shape::Text),
            ("segmentationType", Shape::Word(&["VLAN", "INHERIT"])),
            ("ipAddresses", Shape::List(&ADDRESS)),
        ]),
    ),
    ("virtualCpAddress", Shape::Any),
]);

const CP_CONFIG: Shape = Shape::Object(&[
    ("cpInstanceId", Shape::Text),
    ("parentCpConfigId", Shape::Text),
    ("linkPortId", Shape::Text),
    ("createExtLinkPort", Shape::Any),
    ("netAttDefResourceId", Shape::ListOrOne(&Shape::Text)),
    ("cpProtocolData", Shape::List(&PROTOCOL)),
]);

const EXT_VIRTUAL_LINK: Shape = Shape::Object(&[
    ("id", Shape::Text),
    ("vimConnectionId", Shape::Text),
    ("resourceProviderId", Shape::Text),
    ("resourceId", Shape::Text),
    (
        "extCps",
        Shape::List(&Shape::Object(&[("cpdId", Shape::Text), ("cpConfig", Shape::ListOrMap(&CP_CONFIG)), ("containerConfig", Shape::Any)])),
    ),
    ("extLinkPorts", Shape::List(&Shape::Object(&[("id", Shape::Text), ("resourceHandle", RESOURCE)]))),
    ("extNetAttDefResourceData", Shape::Any),
]);

const MANAGED_LINK: Shape = Shape::Object(&[
    ("id", Shape::Text),
    ("vnfVirtualLinkDescId", Shape::Text),
    ("virtualLinkDescId", Shape::Text),
    ("vimConnectionId", Shape::Text),
    ("resourceProviderId", Shape::Text),
    ("resourceId", Shape::Text),
    ("netAttDefResourceData", Shape::Any),
    ("intCp", Shape::Any),
    ("vnfLinkPort", Shape::List(&Shape::Any)),
    ("extManagedMultisiteVirtualLinkId", Shape::Text),
]);

const EXT_LINKS: Key = ("extVirtualLinks", Shape::List(&EXT_VIRTUAL_LINK));
const MANAGED_LINKS: Key = ("extManagedVirtualLinks", Shape::List(&MANAGED_LINK));
const VIMS: Key = ("vimConnectionInfo", Shape::ListOrMap(&VIM));
const EXTENSIONS: Key = ("extensions", Shape::Any);
const CONFIGURABLE: Key = ("vnfConfigurableProperties", Shape::Any);

const INSTANTIATE: &[Key] = &[
    ("flavourId", Shape::Text),
    ("instantiationLevelId", Shape::Text),
    ("targetScaleLevelInfo", Shape::Any),
    EXT_LINKS,
    MANAGED_LINKS,
    VIMS,
    ("localizationLanguage", Shape::Text),
    ADDITIONAL,
    EXTENSIONS,
    CONFIGURABLE,
];
const HEAL: &[Key] = &[("vnfcInstanceId", Shape::ListOrOne(&Shape::Text)), ("cause", Shape::Text), ADDITIONAL, ("healScript", Shape::Text)];
const SCALE: &[Key] =
    &[("type", Shape::Word(&["SCALE_OUT", "SCALE_IN"])), ("aspectId", Shape::Text), ("numberOfSteps", Shape::Number), ADDITIONAL];
const SCALE_TO_LEVEL: &[Key] = &[("instantiationLevelId", Shape::Text), ("scaleInfo", Shape::Any), ADDITIONAL];
const TERMINATE: &[Key] =
    &[("terminationType", Shape::Word(&["FORCEFUL", "GRACEFUL"])), ("gracefulTerminationTimeout", Shape::Number), ADDITIONAL];
const CHANGE_EXT: &[Key] = &[EXT_LINKS, VIMS, ADDITIONAL];
const CHANGE_PACKAGE: &[Key] = &[("vnfdId", Shape::Text), EXT_LINKS, MANAGED_LINKS, VIMS, ADDITIONAL, EXTENSIONS, CONFIGURABLE];
const OPERATE: &[Key] = &[
    ("vnfcInstanceId", Shape::ListOrOne(&Shape::Text)),
    ("changeStateTo", Shape::Word(&["STARTED", "STOPPED"])),
    ("stopType", Shape::Word(&["FORCEFUL", "GRACEFUL"])),
    ("gracefulStopTimeout", Shape::Number),
    ADDITIONAL,
];

/// Checks the keys of a request and of what is in them. The body of an instantiation may also stand in for that of a later
/// operation, whose parameters Tacker takes from there.
pub(super) fn check(root: &Node, kind: Option<RequestKind>, problems: &mut Vec<Problem>) {
    let kinds: Vec<RequestKind> = match kind {
        Some(RequestKind::Instantiate) => vec![RequestKind::Instantiate],
        Some(kind) => vec![kind, RequestKind::Instantiate],
        None => RequestKind::ALL.to_vec(),
    };
    let keys: Vec<&Key> = kinds.iter().flat_map(|kind| kind.keys()).collect();
    let what = kind.map_or("a request", RequestKind::name);
    check_keys(root, what, &keys, problems, "nothing reads it; remove it, or move it into `additionalParams`");
}

fn check_keys(node: &Node, what: &str, keys: &[&Key], problems: &mut Vec<Problem>, otherwise: &str) {
    for entry in node.entries().unwrap_or_default() {
        let name = entry.key.text().unwrap_or("?");
        match keys.iter().find(|(key, _)| *key == name) {
            Some((_, shape)) if !entry.value.is_null() => check_value(&entry.value, name, *shape, problems),
            Some(_) => {}
            None => {
                let help = did_you_mean(name, keys.iter().map(|(key, _)| *key)).unwrap_or_else(|| otherwise.to_owned());
                let message = format!("{what} has no key `{name}`");
                problems.push(Problem::at(ProblemKind::RequestUnknown, entry.key.span, message).help(help));
            }
        }
    }
}

fn check_value(node: &Node, name: &str, shape: Shape, problems: &mut Vec<Problem>) {
    let mut wrong = |wanted: &str| {
        let message = format!("`{name}` must be {wanted}, not {}", node.describe());
        problems.push(Problem::at(ProblemKind::RequestValue, node.span, message));
    };
    match shape {
        Shape::Any => {}
        Shape::Text if node.is_scalar() => {}
        Shape::Text => wrong("a text"),
        Shape::Number if node.as_int().is_some_and(|number| number >= 0) => {}
        Shape::Number => wrong("a whole number from 0 on"),
        Shape::Word(words) => match node.text() {
            Some(word) if words.contains(&word) => {}
            Some(word) => {
                let help = did_you_mean(word, words.iter().copied()).unwrap_or_else(|| format!("it is {}", words.join(" or ")));
                let message = format!("`{word}` is no value of `{name}`");
                problems.push(Problem::at(ProblemKind::RequestValue, node.span, message).help(help));
            }
            None => wrong(&words.join(" or ")),
        },
        Shape::Object(keys) if node.is_map() => {
            let keys: Vec<&Key> = keys.iter().collect();
            let known = keys.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ");
            check_keys(node, &format!("`{name}`"), &keys, problems, &format!("it has {known}"));
        }
        Shape::Object(_) => wrong("a mapping"),
        Shape::List(item) => match node.items() {
            Some(items) => items.iter().for_each(|node| check_value(node, name, *item, problems)),
            None => wrong("a list"),
        },
        Shape::ListOrMap(item) => match (node.items(), node.entries()) {
            (Some(items), _) => items.iter().for_each(|node| check_value(node, name, *item, problems)),
            (None, Some(entries)) => entries.iter().for_each(|entry| check_value(&entry.value, name, *item, problems)),
            (None, None) => wrong("a list or a mapping"),
        },
        Shape::ListOrOne(item) => match node.items() {
            Some(items) => items.iter().for_each(|node| check_value(node, name, *item, problems)),
            None => check_value(node, name, *item, problems),
        },
    }
}
