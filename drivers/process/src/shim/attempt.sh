# Supervises one attempt: outlives the control plane, runs the sandbox, bounds the log, records how it ended.
# Only shell builtins besides the sandbox and the log pump; the job's own words are passed on as arguments, never read.
#
#   attempt.sh DIR EVENTS BLOCKS NOTE GROUPS [cgroup.procs ...] COMMAND [ARGUMENT ...]
#
# DIR/started  made exclusively: whoever makes it runs the attempt, so that one attempt runs once whatever happens
#              "PID STARTTIME BOOT UPTIME end"
# DIR/status   lines appended by this script and by inside.sh; the last one is "ended UPTIME"
# DIR/log      standard output and error, at most BLOCKS of 512 bytes, then NOTE
# EVENTS       a named pipe that wakes the driver; nothing is lost when nobody reads it
{
  dir=$1 events=$2 blocks=$3 note=$4 groups=$5
  shift 5
  attempt=${dir##*/}
  boot=- stat=') - - - - - - - - - - - - - - - - - - - 0' up=0
  { read -r boot < /proc/sys/kernel/random/boot_id; read -r stat < /proc/$$/stat; read -r up _ < /proc/uptime; } 2> /dev/null
  born=${stat##*) }
  i=1
  while [ $i -lt 20 ]; do born=${born#* } i=$((i + 1)); done
  born=${born%% *}

  set -C
  { printf '%s %s %s %s end\n' $$ "$born" "$boot" "$up" > "$dir/started"; } 2> /dev/null || exit 0
  set +C
  [ -p "$events" ] && echo "started $attempt" 1<> "$events"

  exec 4>> "$dir/status"
  ulimit -c 0
  {
    read -r self _ < /proc/self/stat && echo "main $self" >&4
    { echo 500 > /proc/self/oom_score_adj; } 2> /dev/null
    while [ "$groups" -gt 0 ]; do
      { echo 0 > "$1"; } 2> /dev/null || { echo "cgroup $1" >&4; exit 1; }
      shift
      groups=$((groups - 1))
    done
    exec "$@" 3< "$dir/launch"
  } 2>&1 < /dev/null | {
    exec 4>&- >> "$dir/log" 2> /dev/null
    # A limit on what this shell may write bounds the log, whatever reads or does not read it; cat dies of it.
    ulimit -S -f "$blocks"
    cat || {
      ulimit -S -f "$(ulimit -H -f)"
      printf '%s' "$note"
      exec cat > /dev/null
    }
  }
  { read -r up _ < /proc/uptime; } 2> /dev/null
  echo "ended $up" >&4
  [ -p "$events" ] && echo "ended $attempt" 1<> "$events"
  exit 0
}
