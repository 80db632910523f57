//! Canary batches and failure limits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use vnfpkg_plan::model::Plan;

/// A number of hosts, or a share of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
enum Amount {
    Count(usize),
    Percent(usize),
}

impl Amount {
    /// The share of `all`, rounded down.
    fn of(self, all: usize) -> usize {
        match self {
            Self::Count(count) => count.min(all),
            Self::Percent(percent) => all * percent.min(100) / 100,
        }
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let bad = |_| format!("`{text}` is neither a number of hosts nor a percentage like 10%");
        Ok(match text.strip_suffix('%') {
            Some(percent) => match percent.parse().map_err(bad)? {
                percent @ 0..=100 => Self::Percent(percent),
                _ => return Err(format!("`{text}` is more than 100%")),
            },
            None => Self::Count(text.parse().map_err(bad)?),
        })
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

/// So many hosts may fail before nothing more is started: `3` or `10%` of the hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MaxFail(Amount);

impl MaxFail {
    /// The number, of so many hosts.
    pub fn of(self, hosts: usize) -> usize {
        self.0.of(hosts)
    }
}

/// Sizes of the batches that hosts are worked through in, `1,10%,100%`; the last size repeats. A batch starts when the one
/// before is through without more failed hosts than [`MaxFail`] allows (none, when that is not given).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Batches(Vec<Amount>);

macro_rules! text_form {
    ($type:ty) => {
        impl TryFrom<String> for $type {
            type Error = String;

            fn try_from(text: String) -> Result<Self, String> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }
    };
}

text_form!(Amount);
text_form!(Batches);

impl FromStr for MaxFail {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

impl fmt::Display for MaxFail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Batches {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sizes: Vec<Amount> = text.split(',').map(str::parse).collect::<Result<_, _>>()?;
        match sizes.iter().find(|size| matches!(size, Amount::Count(0) | Amount::Percent(0))) {
            Some(_) => Err("a batch of no hosts".to_owned()),
            None => Ok(Self(sizes)),
        }
    }
}

impl fmt::Display for Batches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sizes: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&sizes.join(","))
    }
}

/// For every task the number of its batch. A task that an earlier batch needs comes with that batch, so that no batch
/// waits for a later one.
pub fn batches_of(plan: &Plan, selected: &[bool], batches: Option<&Batches>) -> Vec<usize> {
    let mut of_task = vec![0; plan.tasks.len()];
    let Some(Batches(sizes)) = batches else { return of_task };
    let used: Vec<usize> =
        (0..plan.hosts.len()).filter(|host| plan.tasks.iter().zip(selected).any(|(task, on)| *on && task.host == *host)).collect();
    let mut of_host = vec![0; plan.hosts.len()];
    let mut next = 0;
    let mut number = 0;
    while next < used.len() {
        let size = sizes.get(number).or(sizes.last()).map_or(used.len(), |size| size.of(used.len())).max(1);
        for host in used.iter().skip(next).take(size) {
            of_host[*host] = number;
        }
        next += size;
        number += 1;
    }
    for (index, task) in plan.tasks.iter().enumerate() {
        of_task[index] = of_host[task.host];
    }
    // Needs have smaller indexes, so one pass from the end settles all.
    for index in (0..plan.tasks.len()).rev().filter(|index| selected[*index]) {
        for need in &plan.tasks[index].needs {
            of_task[*need] = of_task[*need].min(of_task[index]);
        }
    }
    of_task
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_and_shown() {
        assert_eq!("1, 10%,100%".parse::<Batches>().unwrap().to_string(), "1,10%,100%");
        assert_eq!("10%".parse::<MaxFail>().unwrap().of(25), 2);
        assert_eq!("3".parse::<MaxFail>().unwrap().of(25), 3);
        assert!("0,1".parse::<Batches>().is_err());
        assert!("101%".parse::<MaxFail>().is_err());
        assert!("x".parse::<MaxFail>().is_err());
    }
}
