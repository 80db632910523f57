# Runs one attempt of a task on a host. POSIX sh; sourced by the payload (vp_* entry points) and run as `sh FILE runner DIR`.
#
# $D is the beginning of all names of an attempt in the private folder of the run:
#   claim     created exclusively: whoever comes second only watches
#   task      settings of the attempt      probe run verify attachment   what it executes; removed when it ends
#   pid       who runs it: pid, start time, boot id; created exclusively, so that it starts once
#   o e       pipes from the scripts to the two tee processes           out err   everything that the scripts said
#   outputs   the file behind $VNFPKG_OUTPUT
#   why       who decided the end: done, timeout or cancelled; created exclusively, the first one wins
#   idle      no further script will start                              killed   the session is empty: yes or no
#   status    RESULT PHASE CODE CONFIRMED end; written over reserved space, so that a full disk cannot lose it

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

vp_wipe() { rm -f "$D.probe" "$D.run" "$D.verify" "$D.attachment" "$D.o" "$D.e"; }

vp_settle() { # RESULT PHASE CODE CONFIRMED
  vp_i=0
  until printf '%-63s\n' "$1 $2 $3 $4 end" 1<>"$D.status"; do
    vp_i=$((vp_i + 1))
    [ "$vp_i" -lt 100 ] || return 1
    vp_nap
  done 2>/dev/null
}

# ---- the runner: a session of its own ----

vp_script() { # NAME INTERPRETER ARGUMENT
  umask "$vp_umask"
  if [ -n "$2" ]; then
    "$2" ${3:+"$3"} "$D.$1" </dev/null >&8 2>&9 8>&- 9>&-
  else
    sh -eu "$D.$1" </dev/null >&8 2>&9 8>&- 9>&-
  fi
  vp_code=$?
  umask 077
  [ ! -e "$D.why" ]
}

vp_same() {
  [ -f "$vp_to" ] && cmp -s "$D.attachment" "$vp_to" && [ -n "$(find "$vp_to" -prune -perm "$vp_mode" 2>/dev/null)" ]
}

vp_write() {
  [ ! -d "$vp_to" ] || {
    printf '%s is a folder\n' "$vp_to" >&9
    return 1
  }
  vp_dir=${vp_to%/*}
  umask "$vp_umask"
  [ -d "${vp_dir:-/}" ] || mkdir -p "$vp_dir" 2>&9 || return 1
  umask 077
  vp_tmp=${vp_dir}/.vnfpkg-${D##*/}-$$
  { cat "$D.attachment" >"$vp_tmp" && chmod "$vp_mode" "$vp_tmp" && mv -f "$vp_tmp" "$vp_to"; } 2>&9 || {
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
      vp_write
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
      sleep "$vp_every" 8>&- 9>&-
    done
  fi
  vp_result=changed
}

# A process that has ended has no open files, even when nobody has waited for it yet.
vp_gone() { [ ! -e "/proc/$1/fd/0" ]; }

# A tee that ended by itself before it saw the mark has passed on all there was.
vp_through() { # TEE LOG
  vp_gone "$1" && return 0
  case $(tail -c 18 "$2" 2>/dev/null) in *vnfpkg-drained*) return 0 ;; esac
  return 1
}

# Waits until both tee processes have passed everything on. A process that the script left behind may hold a pipe open:
# then a mark shows that all that came before it is through, and the pipe gets another reader.
vp_drain() {
  exec 8>&- 9>&-
  vp_i=0
  while [ "$vp_i" -lt 203 ]; do
    vp_gone "$vp_t1" && vp_gone "$vp_t2" && return
    vp_i=$((vp_i + 1))
    [ "$vp_i" -le 200 ] || sleep 0.02 2>/dev/null || vp_nap
  done
  exec 6<>"$D.o" 7<>"$D.e"
  (printf '\036vnfpkg-drained\036' >&6; printf '\036vnfpkg-drained\036' >&7) &
  vp_m=$!
  vp_i=0
  while [ "$vp_i" -lt 600 ]; do
    vp_through "$vp_t1" "$D.out" && vp_through "$vp_t2" "$D.err" && break
    vp_i=$((vp_i + 1))
    vp_nap
  done
  exec 4<"$D.o" 5<"$D.e" 6>&- 7>&-
  setsid cat <&4 >/dev/null 2>&1 4<&- 5<&- &
  setsid cat <&5 >/dev/null 2>&1 4<&- 5<&- &
  exec 4<&- 5<&-
  kill "$vp_m" "$vp_t1" "$vp_t2"
}

vp_runner() {
  D=$1
  vp_stat $$ && vp_boot
  vp_once "$D.pid" "$$ $vp_start $vp_b" || exit 0
  . "$D.task"
  read -r vp_umask <"${D%/*}/umask"
  cd "${HOME:-/}" || cd /
  (trap '' PIPE XFSZ; ulimit -f "$vp_limit"; exec tee "$D.out" <"$D.o" 2>/dev/null) &
  vp_t1=$!
  (trap '' PIPE XFSZ; ulimit -f "$vp_limit"; exec tee "$D.err" <"$D.e" >&2 2>/dev/null) &
  vp_t2=$!
  exec 8>"$D.o" 9>"$D.e" >/dev/null 2>&1
  (trap 'kill $! ; exit 0' TERM; sleep "$vp_timeout" & wait $! && vp_stop timeout) 8>&- 9>&- &
  vp_w=$!
  printf '%s\n' "$$ $vp_t1 $vp_t2 $vp_w" >"$D.helpers"
  VNFPKG_OUTPUT=$D.outputs
  export VNFPKG_OUTPUT
  vp_phases
  printf '' >"$D.idle"
  vp_confirmed=-
  if vp_once "$D.why" done; then
    kill "$vp_w"
  else
    read -r vp_result <"$D.why"
    vp_now
    vp_end=$((vp_t + vp_patience + 5))
    until read -r vp_confirmed <"$D.killed" || [ "$vp_t" -ge "$vp_end" ]; do
      vp_now
      setsid sleep 0.1 || sleep 1 # outside of the session that has to become empty
    done
  fi
  # TERM and KILL from outside are what a shutdown looks like: it gets the time to end this process too.
  case $vp_result$vp_code in failed143 | failed137) sleep 1 || sleep 1 ;; esac
  vp_drain
  vp_settle "$vp_result" "$vp_phase" "$vp_code" "$vp_confirmed"
  exec rm -f "$D.probe" "$D.run" "$D.verify" "$D.attachment" "$D.o" "$D.e"
}

# ---- ending an attempt ----

# Processes of the runner's session that are not its helpers, in vp_found.
vp_members() {
  vp_found=
  for vp_f in /proc/[0-9]*/stat; do
    read -r vp_l <"$vp_f" || continue
    set -- ${vp_l##*) }
    [ "$4" = "$vp_pid" ] && [ "$1" != Z ] || continue
    vp_f=${vp_l%% *}
    case " $vp_h " in *" $vp_f "*) ;; *) vp_found="$vp_found $vp_f" ;; esac
  done 2>/dev/null
}

vp_stop() { # REASON
  vp_once "$D.why" "$1" || return 0
  vp_h= vp_told=
  vp_now
  vp_since=$vp_t
  while :; do
    vp_alive
    vp_live=$?
    [ -n "$vp_h" ] || read -r vp_h 2>/dev/null <"$D.helpers"
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

vp_run() {
  vp_begin
  if vp_claim; then
    { vp_files && printf '%-63s\n' - >"$D.status" && printf '' >"$D.outputs" && mkfifo "$D.o" "$D.e"; } || {
      rm -f "$D".*
      vp_frame refused
      return
    }
    setsid sh "$S" runner "$D" </dev/null
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
    read -r vp_h <"$D.helpers"
    kill -KILL $vp_h
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
  cd / && rm -rf "$B"
  find "${B%/*}" -mindepth 1 -maxdepth 1 -type d -mtime +14 -exec rm -rf {} +
  vp_frame "result clean - 0 -"
  vp_frame end
}

[ "${1-}" != runner ] || vp_runner "$2"
