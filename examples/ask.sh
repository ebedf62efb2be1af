#!/bin/sh
# Uploads a file to Parley, waits until it can be searched, and asks a question about it: curl and Python alone.
#
#   sh examples/ask.sh FILE QUESTION
#
# URL, EMAIL and PASSWORD name the server and the account, which is made when it does not exist.
set -eu

[ $# -eq 2 ] || { echo "usage: sh examples/ask.sh FILE QUESTION" >&2; exit 2; }
file=$1
question=$2
api=${URL:-http://localhost:8000}/api/v1
email=${EMAIL:-you@example.com}
password=${PASSWORD:-three unrelated words}
patience_s=120

# An expression of the JSON reply `r` on standard input; strings of any content come back as JSON.
pick() { python3 -c "import json, sys; r = json.load(sys.stdin); print($1)"; }
json() { python3 -c 'import json, sys; print(json.dumps(dict(zip(sys.argv[1::2], sys.argv[2::2]))))' "$@"; }
# A refusal is a problem in JSON, and curl's status is then not 0: show the one, end with the other.
call() { curl --silent --show-error --fail-with-body --max-time 300 "$@" || { status=$?; cat >&2; exit $status; } }
post_json() { call --header 'Content-Type: application/json' --data "$2" ${token:+--header "Authorization: Bearer $token"} "$api$1"; }
get() { call --header "Authorization: Bearer $token" "$api$1"; }

token=
if signed_in=$(curl --silent --fail --header 'Content-Type: application/json' \
  --data "$(json email "$email" password "$password")" "$api/auth/login"); then
  echo "signed in as $email"
else
  signed_in=$(post_json /auth/register "$(json email "$email" name Example password "$password")")
  echo "made an account for $email"
fi
token=$(printf '%s' "$signed_in" | pick 'r["access_token"]')
workspace=$(get /workspaces | pick 'r["items"][0]["id"]')

name="Example $(date +%s)"
collection=$(post_json "/workspaces/$workspace/collections" "$(json name "$name")" | pick 'r["id"]')
bot=$(post_json "/workspaces/$workspace/bots" \
  "{\"name\": \"$name\", \"configuration\": {\"collections\": [\"$collection\"]}}" | pick 'r["id"]')

document=$(call --header "Authorization: Bearer $token" --form "files=@$file" \
  "$api/collections/$collection/documents" | pick 'r["items"][0]["document"]["id"]')
echo "uploaded $file"
waited_s=0
state=received
while [ "$state" != ready ]; do
  [ "$waited_s" -lt "$patience_s" ] || { echo "not ready after $patience_s s: $state" >&2; exit 1; }
  sleep 1
  waited_s=$((waited_s + 1))
  state=$(get "/documents/$document" | pick 'r["state"]')
  [ "$state" != failed ] || { get "/documents/$document" | pick 'r["error"]["detail"]' >&2; exit 1; }
done

echo "asking: $question"
post_json /chat "$(json bot_id "$bot" message "$question")" | python3 -c '
import json, sys
message = json.load(sys.stdin)["message"]
print(message["text"])
for c in message["citations"]:
    if "[%d]" % c["number"] in message["text"]:
        page = ", page %d" % c["page"] if c["page"] else ""
        print("[%d] %s%s" % (c["number"], c["document_name"], page))
'
