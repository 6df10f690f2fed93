# Supervises attempts, one after the other, and outlives the control plane: runs the sandbox, bounds the log, records
# how the attempt ended. Nothing but shell builtins besides the sandbox and the log pump.
#
#   supervisor.sh INSIDE EVENTS [CONSTANT ...]
#
# A shell reads its standard input a byte at a time: words that come again and again are CONSTANTs, named $c1, $c2 ...
#
# Each line of standard input is one attempt, as quoted words for `set --`; at its end the supervisor ends too, after
# the attempt it has:  FOLDER DIRECTORY SYSTEM BLOCKS NOTE GROUPS [cgroup.procs ...] COMMAND [ARGUMENT ...]
#
# FOLDER/launch   what the sandbox reads on descriptor 3; emptied at the end, since it holds the environment
# FOLDER/started  made exclusively: whoever makes it runs the attempt, so that one attempt runs once whatever happens.
#                 "PID STARTTIME BOOT UPTIME end", then a line for each step by this script and inside.sh; the last one
#                 is "ended UPTIME"
# FOLDER/log      standard output and error, at most BLOCKS of 512 bytes, then NOTE
# EVENTS          a named pipe that wakes the driver; nothing is lost when nobody reads it
inside=$1 events=$2
shift 2
constants=0
for constant; do
  constants=$((constants + 1))
  eval "c$constants=\$constant"
done
newline='
'
boot=- up=0

# Sets pid and born to this very process and when it started: field 22 of proc(5), the 20th after the name, which may
# hold anything.
know_self() {
  pid=$$ born=0
  { read -r stat < /proc/self/stat; } 2> /dev/null || return
  pid=${stat%% *} born=${stat##*) }
  i=1
  while [ $i -lt 20 ]; do born=${born#* } i=$((i + 1)); done
  born=${born%% *}
}

know_self
{ read -r boot < /proc/sys/kernel/random/boot_id; } 2> /dev/null

tell() {
  [ -p "$events" ] && echo "$1 ${2##*/}" 1<> "$events"
}

supervise() {
  folder=$1 directory=$2 system=$3 blocks=$4 note=$5 groups=$6
  shift 6
  { read -r up _ < /proc/uptime; } 2> /dev/null
  set -C
  { printf '%s %s %s %s end\n' $$ "$born" "$boot" "$up" > "$folder/started"; } 2> /dev/null || { set +C; return; }
  set +C
  tell started "$folder"
  {
    exec 3< "$folder/launch" 4>> "$folder/started" 5< "$system"
    cd "$directory" || exit 1
    ulimit -c 0
    know_self
    echo "main $pid $born" >&4
    { echo 500 > /proc/self/oom_score_adj; } 2> /dev/null
    while [ "$groups" -gt 0 ]; do
      { echo 0 > "$1"; } 2> /dev/null || { echo "cgroup $1" >&4; exit 1; }
      shift
      groups=$((groups - 1))
    done
    exec "$@"
  } 2>&1 < /dev/null | {
    exec >> "$folder/log" 2> /dev/null
    # A limit on what this shell may write bounds the log, whatever reads or does not read it; cat dies of it.
    ulimit -S -f "$blocks"
    cat || {
      ulimit -S -f "$(ulimit -H -f)"
      printf '%s' "$note"
      exec cat > /dev/null
    }
  }
  { read -r up _ < /proc/uptime; } 2> /dev/null
  # Emptied, not removed: ext4 searches long for a new inode among those that were just given back.
  : > "$folder/launch"
  echo "ended $up" >> "$folder/started"
  tell ended "$folder"
}

while IFS= read -r words; do
  eval "set -- $words"
  supervise "$@"
done
exit 0
