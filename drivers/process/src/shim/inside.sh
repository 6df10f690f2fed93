# The first process inside the sandbox: starts the program and says on descriptor 4 exactly how it ended.
#   sh -c "$(cat inside.sh)" inside ENVIRONMENT COMMAND [ARGUMENT ...]
# ENVIRONMENT is "" in a sandbox that has set the environment already, else a file of `export NAME='value'` lines.
# A shell reports death by signal n as 128+n, like a program that exits with 128+n. It tells them apart only by the
# message it prints for a signal, so its standard error goes to the status file and the program's to the log.
exec 3<&- 5<&- 2>&4
echo began >&4
trap : TERM INT HUP QUIT
trap 'yunhe_unstartable=1' USR1
[ -z "$1" ] || . "$1"
shift
yunhe_found=
case $1 in
  */*) [ -f "$1" ] && [ -x "$1" ] && yunhe_found=1 ;;
  *)
    yunhe_path=$PATH:
    while [ -n "$yunhe_path" ]; do
      yunhe_place=${yunhe_path%%:*} yunhe_path=${yunhe_path#*:}
      [ -f "${yunhe_place:-.}/$1" ] && [ -x "${yunhe_place:-.}/$1" ] && yunhe_found=1 && break
    done ;;
esac
if [ -z "$yunhe_found" ]; then
  echo missing >&4
  exit 127
fi
( trap 'kill -s USR1 $$' EXIT; exec "$@" 2>&1 4>&- )
yunhe_exit=$?
[ -z "$yunhe_unstartable" ] || echo unstartable >&4
echo "exit $yunhe_exit" >&4
times >&4
