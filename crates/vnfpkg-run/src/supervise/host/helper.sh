# Runs attempts of tasks on a host. POSIX sh: a shell that stays between calls, the helper, reads this once and then one
# compound command per call (vp_* entry points), so that an attempt costs no new connection and few processes. It makes few
# files too: on a busy disk a new name costs more than a process, and writing over what is there costs next to nothing.
#
# $D is the beginning of all names of an attempt in the private folder of the run:
#   status    created exclusively, so that an attempt starts once; whoever comes second only watches. Its first line has 64 bytes
#             and is written over in place, which no full disk can refuse:
#               run PID START BOOT                   the helper that runs it
#               RESULT PHASE CODE CONFIRMED end      it has ended
#               void                                 it never started and never will
#             Each script adds a line, the session that it runs in.
#   out err   what the scripts said, if anything             outputs   the file behind $VNFPKG_OUTPUT
#   timeout cancelled     somebody wants it to end, and why
#   idle      the helper knows, and starts no further script
#   ended.yes ended.no    whoever ends it is through: nothing of it is left, or cannot tell
# Those of the last three lines are empty: a full disk lets them be made.
#
# $X is the beginning of its scripts' names, probe run verify: in a private folder of the helper in memory where there is one,
# else $D. They hold secrets; they are emptied when the attempt ends.
#
# $W is the beginning of the helper's own names:
#   w         pipe to the watch: attempts with their limits
#   o.N e.N   pipes from the scripts to the two tee processes, which write
#   out err   logs of the attempt that runs                  said      what a file could not be written for
#   now       which attempt waits for the tee processes      left.N    a process that a script left behind holds pipes N

vp_limit=131072 # blocks of 512 bytes that one log may have
vp_grace=5      # seconds between TERM and KILL
vp_patience=15  # seconds after which what still lives cannot be killed, on a host that is not too busy to look
vp_looks=40     # so often it looks before it says so
vp_wait=60      # seconds that others wait for it

vp_nap() { sleep 0.1 2>/dev/null || sleep 1; }

vp_frame() { printf '\036vnfpkg:%s:%s\n' "$vp_nonce" "$1"; }

# Seconds since boot: a changed clock does not touch it.
vp_now() {
  vp_t=0
  read -r vp_t vp_x 2>/dev/null </proc/uptime
  vp_t=${vp_t%%.*}
}

# Tenths of them, in vp_t too.
vp_tenths() {
  vp_t=0.0
  read -r vp_t vp_x 2>/dev/null </proc/uptime
  vp_x=${vp_t#*.}
  vp_t=${vp_t%%.*}${vp_x%?}
}

# State, session and start time of a process; fails when it is gone.
vp_stat() {
  read -r vp_l 2>/dev/null <"/proc/$1/stat" || return 1
  set -- ${vp_l##*) }
  vp_how=$1 vp_sid=$4 vp_start=${20}
}

vp_boot() {
  vp_b=-
  read -r vp_b 2>/dev/null </proc/sys/kernel/random/boot_id
}

# Creates the status with its first line; fails when it is there. vp_wrote tells whether there was space for the line.
vp_first() {
  vp_won=1 vp_wrote=no
  set -C
  { vp_won=0 && printf '%-63s\n' "$1" && vp_wrote=yes; } 2>/dev/null >"$D.status"
  set +C
  return "$vp_won"
} 2>/dev/null

# What the status says, in vp_state: missing, claimed (its line is not there yet), void, alive, dead, or ended with the
# words of the result in vp_r, vp_p, vp_c and vp_k.
vp_look() {
  vp_r= vp_p= vp_c= vp_k= vp_e= vp_state=missing
  [ -e "$D.status" ] || return 0
  read -r vp_r vp_p vp_c vp_k vp_e 2>/dev/null <"$D.status"
  case $vp_r,$vp_e in
    *,end) vp_state=ended ;;
    void,) vp_state=void ;;
    run,)
      vp_boot
      vp_state=dead
      [ "$vp_k" = "$vp_b" ] && vp_stat "$vp_p" && [ "$vp_start" = "$vp_c" ] && [ "$vp_how" != Z ] && vp_state=alive
      ;;
    *) vp_state=claimed ;;
  esac
  return 0
}

# Emptying takes no process; the names go with the helper or with the folder of the run.
vp_wipe() {
  for vp_f in probe run verify; do
    [ ! -s "$X.$vp_f" ] || printf '' >"$X.$vp_f"
  done
}

vp_settle() { # RESULT PHASE CODE CONFIRMED
  vp_i=0
  until printf '%-63s\n' "$1 $2 $3 $4 end" 1<>"$D.status"; do
    vp_i=$((vp_i + 1))
    [ "$vp_i" -lt 100 ] || return 1
    vp_nap
  done 2>/dev/null
}

vp_stopped() { [ -e "$D.cancelled" ] || [ -e "$D.timeout" ]; }

# A process that has ended has no open files, even when nobody has waited for it yet.
vp_gone() { [ ! -e "/proc/$1/fd/0" ]; }

# Once per helper and run: who it is and where its files are. A hang-up must not end what runs.
vp_setup() {
  vp_words=
  [ -d "$B" ] || mkdir -p "$B" || exit 1
  [ "$vp_base" != "$B" ] || return 0
  cd "${HOME:-/}" || cd /
  vp_stat $$ && vp_boot
  vp_me="$$ $vp_start $vp_b"
  vp_base=$B W=$B/helper.$$.$vp_start
  trap : HUP
}

vp_scripts() {
  X=$D
  [ -z "$vp_mem" ] || X=$vp_mem/${D##*/}
}

# Makes the helper's files and starts the watch, unless they are there; new pipes when a process left behind holds the others.
vp_pipes() {
  if [ ! -p "$W.w" ]; then
    printf '%-255s\n' - >"$W.now" && printf '' >"$W.said" && mkfifo "$W.w" "$W.o.0" "$W.e.0" || return 1
    vp_pair=0 vp_t1=
    # Nobody else can have made a folder that this makes.
    vp_mem=/dev/shm/vnfpkg.${B##*/}.${W##*/helper.}
    [ -d /dev/shm ] && mkdir "$vp_mem" 2>/dev/null || vp_mem=
    exec 7<>"$W.w"
    (exec <"$W.w" 7>&- 8>&- 9>&- && vp_watch) >/dev/null 2>&1 &
  elif [ -e "$W.left.$vp_pair" ]; then
    rm -f "$W.o.$vp_pair" "$W.e.$vp_pair"
    vp_pair=$((vp_pair + 1))
    mkfifo "$W.o.$vp_pair" "$W.e.$vp_pair"
  fi
}

# Everything that scripts say goes through tee: to the connection and to the log, which has a limit. A pipe that is open
# both ways opens at once, even when the other side is killed at that moment.
vp_tees() {
  if [ -n "$vp_t1" ]; then
    vp_gone "$vp_t1" || vp_gone "$vp_t2" || return 0
    vp_hush
  fi
  exec 8<>"$W.o.$vp_pair" 9<>"$W.e.$vp_pair"
  (trap '' PIPE XFSZ; ulimit -f "$vp_limit"; exec <"$W.o.$vp_pair" 7>&- 8>&- 9>&-; exec tee "$W.out" 2>/dev/null) &
  vp_t1=$!
  (trap '' PIPE XFSZ; ulimit -f "$vp_limit"; exec <"$W.e.$vp_pair" 7>&- 8>&- 9>&-; exec tee "$W.err" >&2 2>/dev/null) &
  vp_t2=$!
  exec 8>"$W.o.$vp_pair" 9>"$W.e.$vp_pair"
}

# They end with the last writer; should that be a process left behind, the watch sees to it.
vp_hush() {
  exec 8>&- 9>&-
  until vp_gone "$vp_t1" && vp_gone "$vp_t2"; do
    wait "$vp_t1" "$vp_t2"
  done 2>/dev/null
  vp_t1=
}

# A script has a session of its own, which it notes before its first command.
vp_script() { # NAME INTERPRETER ARGUMENT
  vp_spoke=yes
  umask "$vp_umask"
  case $2 in
    '') set -- sh -eu -c "$vp_noted"'. "$0"' "$X.$1" "$D.status" ;;
    sh | /bin/sh) set -- "$2" ${3:+"$3"} -c "$vp_noted"'. "$0"' "$X.$1" "$D.status" ;;
    *) set -- sh -c "$vp_noted"'exec "$@"' sh "$D.status" "$2" ${3:+"$3"} "$X.$1" ;;
  esac
  # What this shell says of a killed script is not the script's.
  { setsid "$@" </dev/null >&8 2>&9 7>&- 8>&- 9>&-; } 2>/dev/null
  vp_code=$?
  umask 077
  ! vp_stopped
}
vp_noted='printf "%s\n" $$ >>"$1"; shift; '

vp_same() {
  [ -f "$vp_to" ] && vp_content | cmp -s - "$vp_to" && [ -n "$(find "$vp_to" -prune -perm "$vp_mode" 2>/dev/null)" ]
}

vp_write() {
  [ ! -d "$vp_to" ] || {
    printf '%s is a folder\n' "$vp_to" >&2
    return 1
  }
  vp_dir=${vp_to%/*}
  umask "$vp_umask"
  [ -d "${vp_dir:-/}" ] || mkdir -p "$vp_dir" || return 1
  umask 077
  vp_tmp=${vp_dir}/.vnfpkg-${D##*/}-$$
  [ ! -e "$vp_tmp" ] && [ ! -h "$vp_tmp" ] || rm -f "$vp_tmp"
  # A mode without execute bits comes from the mask, which takes no process.
  vp_plain=
  case $vp_mode in
    0[0246][0246][0246])
      vp_plain=yes vp_u=$((0666 & ~vp_mode))
      umask "$((vp_u / 64))$((vp_u / 8 % 8))$((vp_u % 8))"
      ;;
  esac
  set -C
  vp_content >"$vp_tmp"
  set -- $?
  set +C
  umask 077
  [ "$1" = 0 ] && { [ -n "$vp_plain" ] || chmod "$vp_mode" "$vp_tmp"; } && mv -f "$vp_tmp" "$vp_to" || {
    rm -f "$vp_tmp"
    return 1
  }
}

# Sets vp_result, vp_phase and vp_code.
vp_phases() {
  vp_result=failed vp_phase=probe vp_code=0
  # Whoever gave up on the claim has made its mark before it looked again, and the claim was there before this looks.
  ! vp_stopped || return 0
  if [ -n "$vp_probe" ]; then
    vp_script probe "$vp_probe_i" "$vp_probe_a" || return 0
    if [ "$vp_code" = 0 ]; then
      vp_result=unchanged
      return 0
    fi
  fi
  case $vp_kind in
    write | compare)
      if vp_same; then
        vp_result=unchanged
        return 0
      fi
      ;;
  esac
  case $vp_kind in
    probe | compare)
      vp_result=pending
      return 0
      ;;
  esac
  vp_phase=run
  ! vp_stopped || return 0
  case $vp_kind in
    write)
      vp_write 2>"$W.said"
      vp_code=$?
      ;;
    run) vp_script run "$vp_run_i" "$vp_run_a" || return 0 ;;
  esac
  [ "$vp_code" = 0 ] || return 0
  if [ -n "$vp_verify" ]; then
    vp_phase=verify
    vp_now
    vp_end=$((vp_t + vp_until))
    while :; do
      ! vp_stopped && vp_script verify "$vp_verify_i" "$vp_verify_a" || return 0
      [ "$vp_code" != 0 ] || break
      vp_now
      [ "$vp_t" -lt "$vp_end" ] || return 0
      sleep "$vp_every" 7>&- 8>&- 9>&-
    done
  fi
  vp_result=changed
}

# Waits until whoever ends the attempt is through.
vp_yield() {
  vp_result=cancelled vp_confirmed=no
  [ ! -e "$D.timeout" ] || vp_result=timeout
  printf '' >"$D.idle"
  vp_now
  vp_end=$((vp_t + vp_wait))
  until [ -e "$D.ended.yes" ] || [ -e "$D.ended.no" ] || [ "$vp_t" -ge "$vp_end" ]; do
    vp_nap
    vp_now
  done
  [ ! -e "$D.ended.yes" ] || vp_confirmed=yes
}

vp_attempt() {
  vp_spoke= vp_confirmed=-
  VNFPKG_OUTPUT=$D.outputs
  export VNFPKG_OUTPUT
  vp_phases
  if vp_stopped; then vp_yield; fi
  # TERM and KILL from outside are what a shutdown looks like: it gets the time to end this process too.
  case $vp_result$vp_code in failed143 | failed137) sleep 1 || sleep 1 ;; esac
  if [ -n "$vp_spoke" ]; then
    printf '%-255s\n' "${D##*/} $vp_t1 $vp_t2 $vp_pair" 1<>"$W.now"
    vp_hush
    vp_keep
  elif [ -s "$W.said" ]; then
    cat "$W.said" >&2
    mv -f "$W.said" "$D.err"
    printf '' >"$W.said"
  fi
  case $vp_result in
    changed | unchanged | pending) vp_wipe ;;
    *) rm -f "$X.probe" "$X.run" "$X.verify" ;; # its folder stays
  esac
  vp_settle "$vp_result" "$vp_phase" "$vp_code" "$vp_confirmed"
}

# Gives the logs to the attempt that they are of.
vp_keep() {
  [ ! -s "$W.out" ] || mv -f "$W.out" "$D.out"
  [ ! -s "$W.err" ] || mv -f "$W.err" "$D.err"
}
