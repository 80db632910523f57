# Runs attempts of tasks on a host. POSIX sh: a shell that stays between calls, the helper, reads this once and then one
# compound command per call (vp_* entry points), so that an attempt costs no new connection and few processes.
#
# $D is the beginning of all names of an attempt in the private folder of the run:
#   claim     created exclusively: whoever comes second only watches
#   probe run verify   what it executes; emptied when it ends, removed with the helper
#   pid       the helper that runs it: pid, start time, boot id; created exclusively, so that it starts once
#   sids      a line for each script: the session that it runs in; the first line only takes the space
#   tees      the two tee processes         drain   taken by the watch when it frees them of a process left behind
#   out err   everything that the scripts said
#   outputs   the file behind $VNFPKG_OUTPUT
#   why       who decided the end: done, timeout or cancelled; created exclusively, the first one wins
#   idle      no further script will start                              killed   the sessions are empty: yes or no
#   status    RESULT PHASE CODE CONFIRMED end; written over reserved space, so that a full disk cannot lose it
# $W is the beginning of the helper's own names:
#   w         pipe to the watch: attempts with their limits             o e      pipes from scripts to the tee processes
#   left      a process that a script left behind holds the pipes o and e

vp_limit=131072 # blocks of 512 bytes that one log may have
vp_grace=5      # seconds between TERM and KILL
vp_patience=15  # seconds after which what still lives cannot be killed

vp_nap() { sleep 0.1 2>/dev/null || sleep 1; }

vp_frame() { printf '\036vnfpkg:%s:%s\n' "$vp_nonce" "$1"; }

# Seconds since boot: a changed clock does not touch it.
vp_now() {
  vp_t=0
  read -r vp_t vp_x 2>/dev/null </proc/uptime
  vp_t=${vp_t%%.*}
}

# State and start time of a process; fails when it is gone.
vp_stat() {
  read -r vp_l 2>/dev/null <"/proc/$1/stat" || return 1
  set -- ${vp_l##*) }
  vp_state=$1 vp_sid=$4 vp_start=${20}
}

# Creates a file with a line, unless it exists.
vp_once() {
  set -C
  { printf '%s\n' "$2" >"$1"; } 2>/dev/null
  set -- $?
  set +C
  return "$1"
}

vp_boot() {
  vp_b=-
  read -r vp_b 2>/dev/null </proc/sys/kernel/random/boot_id
}

# 0: the runner lives; 1: it is dead; 2: nobody has started it.
vp_alive() {
  vp_pid= vp_ps= vp_pb=
  read -r vp_pid vp_ps vp_pb 2>/dev/null <"$D.pid"
  [ -n "$vp_pid" ] || return 2
  [ "$vp_pid" != void ] || return 1
  vp_boot
  [ "$vp_pb" = "$vp_b" ] && vp_stat "$vp_pid" && [ "$vp_start" = "$vp_ps" ] && [ "$vp_state" != Z ]
}

# Reads the status; fails while there is none.
vp_status() {
  vp_e=
  read -r vp_r vp_p vp_c vp_k vp_e 2>/dev/null <"$D.status"
  [ "$vp_e" = end ]
}

# Emptying takes no process; the names go with the helper.
vp_wipe() {
  for vp_f in probe run verify; do
    [ ! -s "$D.$vp_f" ] || printf '' >"$D.$vp_f"
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

# ---- the helper: runs attempts ----

# Once per helper: who it is and where its files are. A hang-up must not end what runs.
vp_setup() {
  [ -d "$B" ] || mkdir -p "$B" || exit 1
  [ -z "$vp_me" ] || return 0
  cd "${HOME:-/}" || cd /
  vp_stat $$ && vp_boot
  vp_me="$$ $vp_start $vp_b"
  W=$B/helper.$$
  trap : HUP
}

# Makes the helper's pipes and starts the watch, unless they are there.
vp_pipes() {
  if [ -e "$W.left" ]; then
    rm -f "$W.o" "$W.e" "$W.left" # whoever still holds them keeps them for himself
  fi
  if [ -z "$vp_watching" ]; then
    mkfifo "$W.w" || return 1
    exec 7<>"$W.w"
    (exec <"$W.w" 7>&- && vp_watch) >/dev/null 2>&1 &
    vp_watching=$!
  fi
  [ -p "$W.o" ] && [ -p "$W.e" ] || mkfifo "$W.o" "$W.e"
}

# Everything that scripts say goes through tee: to the connection and to the log, which has a limit. A pipe that is open
# both ways opens at once, even when the other side is killed at that moment.
vp_tees() {
  [ -z "$vp_t1" ] || return 0
  exec 8<>"$W.o" 9<>"$W.e"
  (trap '' PIPE XFSZ; ulimit -f "$vp_limit"; exec <"$W.o" 7>&- 8>&- 9>&-; exec tee "$D.out" 2>/dev/null) &
  vp_t1=$!
  (trap '' PIPE XFSZ; ulimit -f "$vp_limit"; exec <"$W.e" 7>&- 8>&- 9>&-; exec tee "$D.err" >&2 2>/dev/null) &
  vp_t2=$!
  exec 8>"$W.o" 9>"$W.e"
  printf '%s\n' "$vp_t1 $vp_t2" >"$D.tees"
}

# A script has a session of its own, which it notes before its first command.
vp_script() { # NAME INTERPRETER ARGUMENT
  vp_tees
  umask "$vp_umask"
  case $2 in
    '') set -- sh -eu -c "$vp_noted"'. "$0"' "$D.$1" "$D.sids" ;;
    sh | /bin/sh) set -- "$2" ${3:+"$3"} -c "$vp_noted"'. "$0"' "$D.$1" "$D.sids" ;;
    *) set -- sh -c "$vp_noted"'exec "$@"' sh "$D.sids" "$2" ${3:+"$3"} "$D.$1" ;;
  esac
  # What this shell says of a killed script is not the script's.
  { setsid "$@" </dev/null >&8 2>&9 7>&- 8>&- 9>&-; } 2>/dev/null
  vp_code=$?
  umask 077
  [ ! -e "$D.why" ]
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
  if [ -e "$D.probe" ]; then
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
  [ ! -e "$D.why" ] || return 0
  case $vp_kind in
    write)
      if [ -n "$vp_t1" ]; then vp_write 2>&9; else vp_write 2>"$D.err"; fi
      vp_code=$?
      ;;
    run) vp_script run "$vp_run_i" "$vp_run_a" || return 0 ;;
  esac
  [ "$vp_code" = 0 ] || return 0
  if [ -e "$D.verify" ]; then
    vp_phase=verify
    vp_now
    vp_end=$((vp_t + vp_until))
    while :; do
      [ ! -e "$D.why" ] && vp_script verify "$vp_verify_i" "$vp_verify_a" || return 0
      [ "$vp_code" != 0 ] || break
      vp_now
      [ "$vp_t" -lt "$vp_end" ] || return 0
      sleep "$vp_every" 7>&- 8>&- 9>&-
    done
  fi
  vp_result=changed
}

vp_attempt() {
  vp_once "$D.pid" "$vp_me" || return 0
  vp_t1= vp_t2=
  VNFPKG_OUTPUT=$D.outputs
  export VNFPKG_OUTPUT
  # The limit counts whether or not there is a script: a folder may be on a disk that does not answer.
  printf '%s\n' "$vp_timeout $D" >&7
  vp_phases
  printf '' >"$D.idle"
  vp_confirmed=-
  # On a full disk the file is there and empty: nobody else has decided.
  if ! vp_once "$D.why" done && { vp_nap; [ -s "$D.why" ]; }; then
    read -r vp_result <"$D.why"
    vp_now
    vp_end=$((vp_t + vp_patience + 5))
    until read -r vp_confirmed 2>/dev/null <"$D.killed" || [ "$vp_t" -ge "$vp_end" ]; do
      vp_now
      vp_nap
    done
  fi
  # TERM and KILL from outside are what a shutdown looks like: it gets the time to end this process too.
  case $vp_result$vp_code in failed143 | failed137) sleep 1 || sleep 1 ;; esac
  if [ -n "$vp_t1" ]; then
    exec 8>&- 9>&-
    # They end with the last writer; should that be a process left behind, the watch sees to it.
    until vp_gone "$vp_t1" && vp_gone "$vp_t2"; do
      wait "$vp_t1" "$vp_t2"
    done 2>/dev/null
    vp_once "$D.drain" no || until [ -e "$D.drained" ]; do vp_nap; done
  fi
  case $vp_result in
    changed | unchanged | pending) vp_wipe ;;
    *) rm -f "$D.probe" "$D.run" "$D.verify" ;; # its folder stays
  esac
  vp_settle "$vp_result" "$vp_phase" "$vp_code" "$vp_confirmed"
  [ -n "$vp_t1" ] || [ ! -s "$D.err" ] || cat "$D.err" >&2
}

# ---- the watch: limits, and processes left behind ----

# Looks after one attempt after the other; costs nothing while there is none. Ends with the helper.
vp_watch() {
  while read -r vp_timeout D; do
    vp_seconds
    vp_late=$((vp_c + vp_timeout * 10))
    vp_stopped= vp_quiet=0
    while ! vp_status; do
      sleep 0.2 || sleep 1
      vp_seconds
      if [ -z "$vp_stopped" ] && [ "$vp_c" -ge "$vp_late" ]; then
        vp_stop timeout
        vp_stopped=yes
      fi
      if ! vp_alive; then
        vp_members
        [ -n "$vp_found" ] || break
      elif [ -e "$D.idle" ] && [ -e "$D.tees" ]; then
        vp_quiet=$((vp_quiet + 1))
        [ "$vp_quiet" != 2 ] || ! vp_once "$D.drain" yes || vp_drain
      fi
    done
  done
  rm -f "$W".* "$B"/*.probe "$B"/*.run "$B"/*.verify
}

# Tenths of a second since boot.
vp_seconds() {
  vp_t=0.0
  read -r vp_t vp_x </proc/uptime
  vp_x=${vp_t#*.}
  vp_c=${vp_t%%.*}${vp_x%?}
}

# A process that the script left behind holds a pipe open: a mark shows that all that came before it is through, and the
# pipe gets another reader.
vp_drain() {
  printf '' >"$W.left"
  exec 5<>"$W.o" 6<>"$W.e"
  (printf '\036vnfpkg-drained\036' >&5; printf '\036vnfpkg-drained\036' >&6) &
  vp_m=$!
  read -r vp_1 vp_2 <"$D.tees"
  vp_i=0
  until vp_through "$vp_1" "$D.out" && vp_through "$vp_2" "$D.err" || [ "$vp_i" -ge 600 ]; do
    vp_i=$((vp_i + 1))
    vp_nap
  done
  exec 3<"$W.o" 4<"$W.e" 5>&- 6>&-
  setsid cat <&3 3<&- 4<&- &
  setsid cat <&4 3<&- 4<&- &
  exec 3<&- 4<&-
  kill "$vp_m" "$vp_1" "$vp_2"
  printf '' >"$D.drained"
}

# Has a tee process passed everything on? One that has ended meanwhile has, and writes no mark.
vp_through() { # PID LOG
  vp_gone "$1" && return
  case $(tail -c 18 "$2" 2>/dev/null) in
    *vnfpkg-drained*) return 0 ;;
  esac
  return 1
}

# A process that has ended has no open files, even when nobody has waited for it yet.
vp_gone() { [ ! -e "/proc/$1/fd/0" ]; }

# ---- ending an attempt ----

# Processes of the attempt's sessions, in vp_found.
vp_members() {
  vp_found= vp_h=' '
  while read -r vp_l; do vp_h="$vp_h$vp_l "; done <"$D.sids"
  for vp_f in /proc/[0-9]*/stat; do
    read -r vp_l <"$vp_f" || continue
    set -- ${vp_l##*) }
    [ "$1" != Z ] || continue
    case $vp_h in *" $4 "*) vp_found="$vp_found ${vp_l%% *}" ;; esac
  done
} 2>/dev/null

vp_stop() { # REASON
  vp_once "$D.why" "$1" || return 0
  vp_told=
  vp_now
  vp_since=$vp_t
  while :; do
    vp_alive
    vp_live=$?
    vp_members
    if [ -z "$vp_found" ] && { [ -e "$D.idle" ] || [ "$vp_live" != 0 ]; }; then
      vp_done=yes
      break
    fi
    vp_done=no
    vp_now
    if [ -n "$vp_found" ] && [ -z "$vp_told" ]; then
      kill -TERM $vp_found
      vp_told=yes
    elif [ -n "$vp_found" ] && [ $((vp_t - vp_since)) -gt "$vp_grace" ]; then
      kill -KILL $vp_found
    fi
    [ $((vp_t - vp_since)) -lt "$vp_patience" ] || break
    vp_nap
  done 2>/dev/null
  printf '%s\n' "$vp_done" >"$D.killed"
}

# ---- the front: what the connection talks to ----

# Prints the framed result, with the outputs of an attempt that ended well.
vp_result() {
  vp_frame "result $vp_r $vp_p $vp_c $vp_k"
  [ ! -s "$D.outputs" ] || head -c 1048577 "$D.outputs"
  vp_frame end
}

vp_begin() {
  vp_frame begin
  vp_frame begin >&2
}

# The file stays empty, so that it can be made on a full disk too; what follows then fails with the reason. (`printf`,
# because a failed redirection of `:` would end the shell.)
vp_claim() {
  set -C
  { printf '' >"$D.claim"; } 2>/dev/null
  set -- $?
  set +C
  return "$1"
}

# The last frames of a call, on both streams: the next one may come.
vp_over() {
  vp_frame over
  vp_frame over >&2
}

vp_run() {
  vp_begin
  if vp_claim; then
    { vp_files && printf '%-63s\n' - >"$D.status" && printf '' >"$D.outputs" && printf '%s\n' - >"$D.sids" && vp_pipes; } || {
      rm -f "$D".*
      vp_frame refused
      return
    }
    vp_attempt
    vp_oo=-1 vp_oe=-1 # all of it went through already
    vp_follow
  elif [ -e "$D.claim" ]; then
    vp_follow
  else
    printf '' >"$D.claim"
    vp_frame refused
  fi
}

# Prints what a log has beyond vp_off; leaves the new length in vp_off.
vp_rest() {
  [ "$vp_off" -ge 0 ] && [ -e "$1" ] || return 0
  vp_n=$(($(wc -c <"$1")))
  [ "$vp_n" -gt "$vp_off" ] || return 0
  tail -c +$((vp_off + 1)) "$1" | head -c $((vp_n - vp_off))
  vp_off=$vp_n
}

vp_logs() {
  vp_off=$vp_oo
  vp_rest "$D.out"
  vp_oo=$vp_off vp_off=$vp_oe
  vp_rest "$D.err" >&2
  vp_oe=$vp_off
}

# Follows an attempt that somebody else started, from the byte offsets vp_oo and vp_oe on; negative: without its logs.
vp_follow() {
  vp_i=0
  while :; do
    if vp_status; then
      [ "$vp_oo" = -1 ] || vp_wipe
      vp_logs
      vp_result
      return
    fi
    [ -e "$D.claim" ] || {
      vp_frame missing
      return
    }
    vp_alive
    case $? in
      0) vp_logs ;;
      1)
        vp_status && continue
        vp_logs
        vp_wipe
        if [ "$vp_pid" = void ]; then vp_frame void; else vp_frame dead; fi
        return
        ;;
      2)
        [ "$vp_i" -lt 20 ] || vp_once "$D.pid" void
        vp_i=$((vp_i + 1))
        ;;
    esac
    vp_nap
  done
}

vp_attach() {
  vp_begin
  vp_follow
}

vp_kill() {
  vp_begin
  vp_claim # a payload that is still on its way finds the place taken
  vp_once "$D.pid" void
  vp_oo=-1 vp_oe=-1
  vp_status || ! vp_alive || vp_stop cancelled
  vp_now
  vp_end=$((vp_t + vp_patience + 5))
  until vp_status || ! vp_alive || [ "$vp_t" -ge "$vp_end" ]; do
    vp_nap
    vp_now
  done
  if ! vp_status && vp_alive; then
    kill -KILL "$vp_pid"
    vp_settle cancelled run 137 no
  fi 2>/dev/null
  vp_follow
}

# Mode, size limit in bytes, path: the content of a file, for a comparison.
vp_read() {
  vp_begin
  if [ -f "$2" ]; then
    vp_frame "result file $(stat -c %a "$2" 2>/dev/null) 0 -"
    head -c "$1" "$2"
  else
    vp_frame "result absent - 0 -"
  fi
  vp_frame end
}

vp_digest() {
  vp_begin
  if [ -f "$1" ]; then
    vp_frame "result file - 0 -"
    sha256sum <"$1"
  else
    vp_frame "result absent - 0 -"
  fi
  vp_frame end
}

# Removes this run's folder, and what runs before the last fourteen days left behind.
vp_clean() {
  vp_begin
  rm -rf "$B"
  find "${B%/*}" -mindepth 1 -maxdepth 1 -type d -mtime +14 -exec rm -rf {} +
  vp_frame "result clean - 0 -"
  vp_frame end
}

vp_umask=$(umask)
umask 077
vp_me= vp_watching=
