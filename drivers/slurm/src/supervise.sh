# Runs one attempt as the batch script of a Slurm job: `sh supervise.sh FOLDER`. POSIX shell; needs grep and awk.
#
# FOLDER/claim   the Slurm job that runs this attempt, made exclusively: a second job of the same attempt does nothing,
#                whatever was retried. A requeued job keeps its id and so runs again, where the pool allows it.
# FOLDER/launch  shell variables and the function `program`, every word of the user's quoted
# FOLDER/record  a line for each step; the last one is "end ..."
# FOLDER/usage   "CPU-MS BYTE-SECONDS PEAK-BYTES" so far, replaced whole
# FOLDER/log     what the program printed, bounded
# FOLDER/stop    made by whoever wants it to end: "GRACE-SECONDS REASON"
# FOLDER/ending.json  what was told of its end: from then on nothing of it may run
folder=$1
LC_ALL=C
export LC_ALL
umask 077
cd "$folder" || exit 113
exec < /dev/null
[ -d tmp ] || mkdir tmp

now() {
  stamp=$(date +%s%3N)
  case $stamp in *[!0-9]*) stamp=$(date +%s)000 ;; esac
  echo "$stamp"
}
say() { echo "$@" >> "$folder/record"; }

echo "$SLURM_JOB_ID" > "claim.$SLURM_JOB_ID"
first=
if ln "claim.$SLURM_JOB_ID" claim 2> /dev/null; then first=1; fi
rm -f "claim.$SLURM_JOB_ID"
read -r owner < claim
if [ "$owner" != "$SLURM_JOB_ID" ] || [ -e ending.json ]; then exit 0; fi

. ./launch
# A controller that was killed forgets that it has started a job, and starts it again under the same id.
if [ -z "$first" ] && [ "$requeue" != 1 ]; then
  grep -q '^end ' record 2> /dev/null || say "end $(now) again"
  exit 0
fi
say "start $(now) ${SLURMD_NODENAME:-unknown} $SLURM_JOB_ID ${SLURM_RESTART_COUNT:-0} ${BASH_VERSION:+bash}"
if [ -e stop ]; then
  say "end $(now) stopped"
  exit 0
fi

# Every process of the attempt that has not cleaned its environment, children that left their parent included.
marked() { grep -ls "YUNHE_ATTEMPT=$attempt" /proc/[0-9]*/environ 2> /dev/null; }
signal_marked() {
  for found in $(marked); do
    # The search takes its time on a busy node: the number may be another's by now.
    grep -qs "YUNHE_ATTEMPT=$attempt" "$found" || continue
    found=${found#/proc/}
    kill -s "$1" "${found%/environ}" 2> /dev/null
  done
}
kill_marked() {
  rounds=0
  while [ $rounds -lt 20 ] && [ -n "$(marked)" ]; do
    signal_marked KILL
    rounds=$((rounds + 1))
  done
}

# A shell reports death by signal n as 128+n, like a program that exits with 128+n. It tells them apart only by the
# words it prints for a signal, so its standard error goes to `words` and the program's to the log.
run() {
  exec 2>> words
  trap : TERM INT HUP QUIT
  (program) 2>&1
  say "exit $?"
  times > times
  kill_marked
}

# A limit on what `cat` may write bounds the log, whatever reads or does not read it; cat dies of it, and of nothing
# that is meant for the program: what that still says before it ends is kept.
pump() {
  trap '' TERM INT HUP QUIT
  (ulimit -S -f "$log_blocks" && exec cat >> log) || {
    printf '%s' "$log_note" >> log
    exec cat > /dev/null
  }
}

# Adds this moment's use to the totals; processor time of processes that are gone counts once their parent has it.
sample() {
  for found in $(marked); do cat "${found%environ}stat" 2> /dev/null; done |
    awk -v seconds="$1" -v page="$page_bytes" -v tick="$tick_hz" -v base="$base_cpu" -v before="$(cat usage 2> /dev/null)" '
      { sub(/^.*\) /, ""); ticks += $12 + $13 + $14 + $15; pages += $22 }
      END {
        split(before, old, " ")
        cpu = base + ticks * 1000 / tick; rss = pages * page
        peak = old[3]
        if (cpu < old[1]) cpu = old[1]
        if (rss > peak) peak = rss
        printf "%.0f %.0f %.0f\n", cpu, old[2] + rss * seconds, peak
      }' > usage.new && mv usage.new usage
}

# What earlier runs of a requeued job have used.
base_cpu=0
if [ -s usage ]; then read -r base_cpu _ < usage; fi
page_bytes=$(getconf PAGESIZE 2> /dev/null || echo 4096)
tick_hz=$(getconf CLK_TCK 2> /dev/null || echo 100)
supervisor=$$
# Once a second: is it told to stop, is its time over; now and then: what does it use. Works where no signal reaches it.
watch_over() {
  exec > /dev/null 2>&1
  age=0
  while sleep 1; do
    age=$((age + 1))
    if [ -e stop ] || [ -e ending.json ]; then kill -s TERM $supervisor; fi
    if [ "$limit_seconds" -gt 0 ] && [ $age -ge "$limit_seconds" ]; then
      [ -e expired ] || : > expired
      kill -s TERM $supervisor
    fi
    if [ $age -le 2 ]; then sample 1; elif [ $((age % sample_seconds)) -eq 0 ]; then sample "$sample_seconds"; fi
  done
}

# The first TERM asks the program to end; the grace period later whatever is left is killed.
stopping=
end_it() {
  [ -z "$stopping" ] || return 0
  stopping=term grace=$default_grace
  if [ -e expired ]; then stopping=expired; fi
  if [ -s stop ]; then
    stopping=stopped
    read -r grace _ < stop
  fi
  signal_marked TERM
  (
    exec > /dev/null 2>&1
    sleep "$grace"
    kill_marked
    # It may have been between its start and its own environment.
    sleep 1
    kill_marked
  ) &
}
trap end_it TERM

rm -f words times expired
run | pump 2> /dev/null &
main=$!
watch_over &
watcher=$!
while kill -0 $main 2> /dev/null; do wait $main; done
last_status() { awk '$1 == "exit" { status = $2 } END { print status + 0 }' record; }
# Slurm signals one process after another: the program may have died of what this shell is about to be told.
case $(last_status) in 137 | 143) [ -n "$stopping" ] || sleep 1 ;; esac
trap '' TERM
kill -s KILL $watcher 2> /dev/null
say "end $(now) ${stopping:-ended}"
# So that Slurm's own lists say COMPLETED or FAILED as a person expects.
exit "$(last_status)"
