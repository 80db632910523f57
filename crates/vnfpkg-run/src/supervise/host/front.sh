# Read after watch.sh. What the connection talks to: one entry point per call.

vp_begin() {
  vp_frame begin
  vp_frame begin >&2
}

# The framed result, with the outputs; without them it goes with the last frame.
vp_result() {
  vp_words="result $vp_r $vp_p $vp_c $vp_k"
  [ -s "$D.outputs" ] || return 0
  vp_frame "$vp_words"
  head -c 1048577 "$D.outputs"
  vp_frame end
  vp_words=
}

# The last frames of a call, on both streams: the next one may come. The tee processes for it start meanwhile.
vp_over() {
  if [ -n "$vp_words" ]; then
    printf '\036vnfpkg:%s:%s\n\036vnfpkg:%s:end\n\036vnfpkg:%s:over\n' "$vp_nonce" "$vp_words" "$vp_nonce" "$vp_nonce"
  else
    vp_frame over
  fi
  vp_frame over >&2
  [ ! -p "$W.w" ] || { vp_pipes && vp_tees; }
}

# Gives an attempt back that could not be prepared. What was said on the way tells why, except that a shell has no better word
# for a full disk than an I/O error.
vp_refuse() {
  echo - | cat >"$D.space"
  rm -f "$D".* ${X:+"$X".*}
  vp_frame refused
}

vp_run() {
  vp_begin
  if vp_first "run $vp_me"; then
    # The limit counts whether or not there is a script: a folder may be on a disk that does not answer.
    if [ "$vp_wrote" = yes ] && vp_pipes && vp_scripts && printf '%s\n' "$vp_timeout $D" >&7 && vp_files; then
      vp_tees
      vp_attempt
      vp_r=$vp_result vp_p=$vp_phase vp_c=$vp_code vp_k=$vp_confirmed
      vp_result
    else
      vp_refuse
    fi
  elif [ -e "$D.status" ]; then
    vp_follow
  else
    printf '' >"$D.status"
    vp_frame refused
  fi
}

# Prints what a log has beyond vp_off; leaves the new length in vp_off. The log is opened once: it may get its other name now.
vp_rest() {
  [ "$vp_off" -ge 0 ] || return 0
  {
    vp_n=$(($(wc -c </proc/self/fd/3)))
    if [ "$vp_n" -gt "$vp_off" ]; then
      tail -c +$((vp_off + 1)) </proc/self/fd/3 | head -c $((vp_n - vp_off))
      vp_off=$vp_n
    fi
  } 2>/dev/null 3<"$1"
}

# The logs are the helper's until the attempt has ended.
vp_logs() {
  for vp_f in out err; do
    vp_log=$D.$vp_f
    [ -e "$vp_log" ] || [ "$vp_state" = ended ] || vp_log=$B/helper.$vp_p.$vp_c.$vp_f
    case $vp_f in
      out)
        vp_off=$vp_oo
        vp_rest "$vp_log"
        vp_oo=$vp_off
        ;;
      err)
        vp_off=$vp_oe
        vp_rest "$vp_log" >&2
        vp_oe=$vp_off
        ;;
    esac
  done
}

# Follows an attempt that somebody else started, from the byte offsets vp_oo and vp_oe on; negative: without its logs.
vp_follow() {
  vp_waited=0
  while :; do
    vp_look
    [ "$vp_state" != dead ] || vp_look # it may have ended just before it was gone
    case $vp_state in
      ended)
        vp_logs
        vp_result
        return
        ;;
      alive) vp_logs ;;
      dead)
        vp_logs
        rm -rf "$D.probe" "$D.run" "$D.verify" "/dev/shm/vnfpkg.${B##*/}.$vp_p.$vp_c"
        vp_frame dead
        return
        ;;
      claimed)
        # Its helper has not said who it is. With the mark there it will not start anything.
        if [ "$vp_waited" -gt 20 ]; then
          vp_frame void
          return
        fi
        [ "$vp_waited" -lt 20 ] || printf '' >"$D.cancelled"
        vp_waited=$((vp_waited + 1))
        ;;
      *)
        vp_frame "$vp_state"
        return
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
  vp_first void # an attempt that is still on its way finds the place taken
  vp_oo=-1 vp_oe=-1
  vp_now
  vp_last=$((vp_t + vp_wait - 10))
  vp_stop cancelled
  vp_look
  while [ "$vp_state" = alive ]; do
    vp_now
    if [ "$vp_t" -ge "$vp_last" ]; then
      kill -KILL "$vp_p" 2>/dev/null
      vp_settle cancelled run 137 no
    fi
    vp_nap
    vp_look
  done
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
  vp_base=
  find "${B%/*}" -mindepth 1 -maxdepth 1 -type d -mtime +14 -exec rm -rf {} +
  vp_frame "result clean - 0 -"
  vp_frame end
}

vp_umask=$(umask)
umask 077
vp_base= vp_mem= vp_t1= X=
