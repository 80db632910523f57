# Read after helper.sh. The watch beside the helper: limits, and processes left behind; and how an attempt is ended.

# Looks after one attempt after the other; costs nothing while there is none. Ends with the helper.
vp_watch() {
  while read -r vp_timeout D; do
    vp_scripts
    vp_tenths
    vp_late=$((vp_t + vp_timeout * 10)) vp_told=
    vp_look
    while [ "$vp_state" = alive ]; do
      sleep 0.2 || sleep 1
      vp_limit
      vp_free
      vp_look
    done
    if [ "$vp_state" = dead ]; then
      vp_bury
      break
    fi
  done
  rm -rf "$W".* ${vp_mem:+"$vp_mem"}
}

# Ends the attempt once its time is over.
vp_limit() {
  vp_tenths
  if [ -z "$vp_told" ] && [ "$vp_t" -ge "$vp_late" ]; then
    vp_told=yes
    vp_stop timeout
  fi
}

# The helper is gone and its attempt not: the limit holds for what it left, and no secret stays.
vp_bury() {
  vp_members
  while [ -n "$vp_found" ]; do
    sleep 1
    vp_limit
    vp_members
  done
  vp_keep
  rm -f "$X.probe" "$X.run" "$X.verify"
}

# When the helper waits for its tee processes, a process that the script left behind holds a pipe open: a mark shows that all
# that came before it is through, and the pipe gets another reader. The helper takes new pipes when it finds left.N, so that
# has to be there before the last look whether there is something to do.
vp_free() {
  vp_1= vp_2= vp_n=
  read -r vp_f vp_1 vp_2 vp_n <"$W.now"
  [ "$vp_f" = "${D##*/}" ] && [ -n "$vp_n" ] && [ ! -e "$W.left.$vp_n" ] || return 0
  sleep 0.2
  vp_gone "$vp_1" && vp_gone "$vp_2" && return 0
  printf '' >"$W.left.$vp_n"
  vp_gone "$vp_1" && vp_gone "$vp_2" && return 0
  exec 5<>"$W.o.$vp_n" 6<>"$W.e.$vp_n"
  (printf '\036vnfpkg-drained\036' >&5; printf '\036vnfpkg-drained\036' >&6) &
  vp_m=$!
  vp_i=0
  until vp_through "$vp_1" "$W.out" && vp_through "$vp_2" "$W.err" || [ "$vp_i" -ge 600 ]; do
    vp_i=$((vp_i + 1))
    vp_nap
  done
  exec 3<"$W.o.$vp_n" 4<"$W.e.$vp_n" 5>&- 6>&-
  setsid cat <&3 3<&- 4<&- &
  setsid cat <&4 3<&- 4<&- &
  exec 3<&- 4<&-
  kill "$vp_m" "$vp_1" "$vp_2"
}

# Has a tee process passed everything on? One that has ended meanwhile has, and writes no mark.
vp_through() { # PID LOG
  vp_gone "$1" && return
  case $(tail -c 18 "$2" 2>/dev/null) in
    *vnfpkg-drained*) return 0 ;;
  esac
  return 1
}

# ---- ending an attempt ----

# Processes of the attempt's sessions, in vp_found; vp_leads when a script itself is among them. Reading every stat with
# `read` takes a system call per byte: grep tells which are worth it, where the kernel (4.1) names sessions in status.
vp_members() {
  vp_found= vp_leads= vp_sids=
  {
    read -r vp_l
    while read -r vp_l; do vp_sids="$vp_sids${vp_sids:+|}$vp_l"; done
  } <"$D.status"
  [ -n "$vp_sids" ] || return 0
  if grep -q NSsid: /proc/self/status; then
    set -- $(grep -lE "^NSsid:[[:space:]]($vp_sids)([[:space:]]|\$)" /proc/[0-9]*/status)
  else
    set -- /proc/[0-9]*/status
  fi
  for vp_f; do
    vp_f=${vp_f#/proc/}
    vp_f=${vp_f%/status}
    vp_stat "$vp_f" && [ "$vp_how" != Z ] || continue
    case "|$vp_sids|" in *"|$vp_sid|"*) vp_found="$vp_found $vp_f" ;; esac
    case "|$vp_sids|" in *"|$vp_f|"*) vp_leads=yes ;; esac
  done
} 2>/dev/null

# Ends what an attempt runs. Before the helper knows of it, only a script that still runs is touched: the helper cannot have
# taken its end for a good one.
vp_stop() { # REASON
  printf '' >"$D.$1"
  vp_term= vp_i=0
  vp_now
  vp_since=$vp_t
  while :; do
    vp_look
    case $vp_state in ended | missing | void) return 0 ;; esac
    vp_safe=
    if [ -e "$D.idle" ] || [ "$vp_state" = dead ]; then vp_safe=yes; fi # nothing starts from here on
    vp_members
    if [ -z "$vp_found" ] && [ -n "$vp_safe" ]; then
      printf '' >"$D.ended.yes"
      return 0
    fi
    vp_now
    if [ -n "$vp_found" ] && [ -n "$vp_safe$vp_leads" ]; then
      if [ -z "$vp_term" ]; then
        kill -TERM $vp_found
        vp_term=yes
      elif [ $((vp_t - vp_since)) -gt "$vp_grace" ]; then
        kill -KILL $vp_found
      fi
    fi
    vp_i=$((vp_i + 1))
    [ $((vp_t - vp_since)) -lt "$vp_patience" ] || [ "$vp_i" -lt "$vp_looks" ] || break
    vp_nap
  done 2>/dev/null
  printf '' >"$D.ended.no"
} 2>/dev/null
