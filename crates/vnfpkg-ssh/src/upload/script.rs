//! The shell scripts of an upload and what they answer. POSIX only, as a VM may have nothing but busybox.

use crate::quote::word;

use super::Place;

/// A program for SHA-256 as the function `digest`, the length of a file as the function `size`. Measured, that of coreutils
/// takes five times as long as OpenSSL's for a large file, and half as long for a small one.
const FUNCTIONS: &str = r#"LC_ALL=C; export LC_ALL; umask 077
if [ "$s" -gt 8388608 ] && [ -n "$(openssl dgst -sha256 -r </dev/null 2>/dev/null)" ]; then hash() { openssl dgst -sha256 -r; }
elif command -v sha256sum >/dev/null 2>&1; then hash() { sha256sum; }
elif command -v openssl >/dev/null 2>&1; then hash() { openssl dgst -sha256 -r; }
elif command -v busybox >/dev/null 2>&1; then hash() { busybox sha256sum; }
elif command -v shasum >/dev/null 2>&1; then hash() { shasum -a 256; }
else echo 'none of sha256sum, openssl, busybox and shasum is installed' >&2; exit 10; fi
digest() { hash | { read -r word rest; echo "$word"; }; }
size() { stat -c %s -- "$1" 2>/dev/null || wc -c <"$1" | tr -d ' '; }
# Which file it is, its size, when it was written and when anything about it changed, which nobody can set back. Nothing
# where times have no fractions of a second: two changes could look like one.
state() { x=$(stat -L -c '%d %i %s %y %z' -- "$1" 2>/dev/null); case $x in *.*) echo "$x" ;; esac; }
access() { [ "$(stat -L -c %a -- "$1" 2>/dev/null)" = "$m" ] || chmod "$m" "$1"; }
# Keeps which digest the file has in a state.
note() { [ -z "$1" ] || { mkdir -p -- "${r%/*}" && echo "$h $1" >"$r.$$" && mv -f -- "$r.$$" "$r"; } 2>/dev/null || :; }
"#;

fn variables(place: &Place, block: u64) -> String {
    let Place { folder, file, part, record, size, digest, mode } = place;
    let (folder, file, part) = (word(folder), word(file), word(part));
    let block = block / MIB;
    format!("d={folder}; t={file}; p={part}; r=\"${{HOME:-.}}/{record}\"; s={size}; h={digest}; m={mode:o}; b={block}\n")
}

pub(crate) const MIB: u64 = 1024 * 1024;

/// Looks what is there, makes the folder and an empty private part file when there is none. Answers `same`, or the free
/// space in KiB, the length of the part and the digests of its blocks.
///
/// A record says which digest the file had in which state (device, inode, size, times of writing and of change). While the
/// file is in that state nobody has touched it, and it is not read again.
///
/// The part file is made with O_EXCL and must be our own regular file: in a folder that others may write to, nobody can put
/// a link in its place.
pub(crate) fn look(place: &Place, block: u64) -> String {
    let body = r#"[ -d "$d" ] || mkdir -p -- "$d" || exit 11
if [ -d "$t" ]; then echo "$t is a folder" >&2; exit 12; fi
if [ -f "$t" ] && [ "$(size "$t")" = "$s" ]; then
  access "$t" || exit 13
  now=$(state "$t"); was=
  [ ! -f "$r" ] || read -r was <"$r"
  if [ -z "$now" ] || [ "$was" != "$h $now" ]; then
    if [ "$(digest <"$t")" = "$h" ]; then note "$now"; else now=other; fi
  fi
  if [ "$now" != other ]; then rm -f -- "$p"; echo same; exit 0; fi
fi
if [ -L "$p" ] || [ ! -f "$p" ] || [ ! -O "$p" ] || [ "$(size "$p")" -gt "$s" ]; then
  rm -rf -- "$p"; (set -C; : >"$p") || exit 14
fi
df -Pk -- "$d" 2>/dev/null | { read -r x; read -r x x x free x; echo "free $free"; }
n=$(size "$p"); echo "part $n"
if [ "$n" -eq "$s" ]; then n=$((n + b * 1048576 - 1)); fi
i=0; n=$((n / (b * 1048576)))
while [ "$i" -lt "$n" ]; do
  dd if="$p" bs=1048576 skip=$((i * b)) count="$b" 2>/dev/null | digest || exit 15
  i=$((i + 1))
done
"#;
    format!("{}{FUNCTIONS}{body}", variables(place, block))
}

/// Checks the digest of the part and gives it its name. Another run that was faster with the same content is no fault.
const FINISH: &str = r#"if [ ! -f "$p" ] && [ "$(digest <"$t")" = "$h" ]; then chmod "$m" "$t"; exit; fi
if [ "$(size "$p")" != "$s" ]; then echo "$(size "$p") bytes arrived of $s" >&2; exit 20; fi
was=$(state "$p")
if [ "$(digest <"$p")" != "$h" ]; then rm -f -- "$p"; exit 21; fi
access "$p" || exit 13
mv -f -- "$p" "$t" || exit 22
now=$(state "$t")
if [ "${was% * * *}" = "${now% * * *}" ]; then note "$now"; fi
exit 0
"#;

/// See [`FINISH`].
pub(crate) fn finish(place: &Place) -> String {
    format!("{}{FUNCTIONS}{FINISH}", variables(place, MIB))
}

/// Takes the whole content from standard input, then as [`finish`].
pub(crate) fn receive(place: &Place) -> String {
    format!("{}{FUNCTIONS}cat >\"$p\" || exit 23\n{FINISH}", variables(place, MIB))
}

/// Writes standard input into the part from a byte offset, a multiple of a MiB. With different block sizes for input and
/// output, dd fills its blocks however the input arrives (POSIX).
pub(crate) fn write_at(part: &str, offset: u64) -> String {
    format!("exec dd ibs=65536 obs=1048576 seek={} of={} conv=notrunc", offset / MIB, word(part))
}

/// What [`look`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The file is there with the same content.
    pub(crate) same: bool,
    /// Free space in bytes, when the host says.
    pub(crate) free: Option<u64>,
    /// Length of the part file.
    pub(crate) part: u64,
    /// Digests of the blocks of the part, in order.
    pub(crate) blocks: Vec<String>,
}

impl Found {
    /// Reads the answer; lines that make no sense say nothing.
    pub(crate) fn read(answer: &str) -> Self {
        let mut found = Self::default();
        for line in answer.lines() {
            match line.split_once(' ') {
                None if line == "same" => found.same = true,
                None => found.blocks.push(line.to_owned()),
                Some(("free", kib)) => found.free = kib.parse::<u64>().ok().and_then(|kib| kib.checked_mul(1024)),
                Some(("part", length)) => found.part = length.parse().unwrap_or(0),
                Some(_) => {}
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_answer() {
        assert!(Found::read("same\n").same);
        let found = Found::read("free 100\npart 9\nabc\ndef\nodd line here\n");
        assert_eq!(found, Found { same: false, free: Some(102_400), part: 9, blocks: vec!["abc".into(), "def".into()] });
        assert_eq!(Found::read("free -\npart x\n"), Found::default());
    }
}
