# Waits for the driver to end, however it does, and then has time limits kept until there is a driver again.
#
#   warden.sh NODE PROGRAM DIRECTORY MARK
#
# Nothing but the driver holds the other end of standard input. DIRECTORY/driver holds the MARK of the newest driver: most
# are followed by the next one at once, so it is given a second.
node=$1 program=$2 directory=$3 mark=$4
while read -r _; do :; done
sleep 1
{ read -r newest < "$directory/driver"; } 2> /dev/null
[ "$newest" = "$mark" ] || exit 0
grep -qs '"timeLimitMs":' "$directory"/live/*/job.json || exit 0
exec "$node" "$program" "$directory" "$mark"
