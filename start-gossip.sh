#!/bin/sh
# Starts gossip mode on this machine: a peer for each site, with nobody in charge, and reporters if some are wanted.
# Passes its options to "fedactors up gossip" as they are; that command checks them. The twin of start-gossip.ps1.
#
#   ./start-gossip.sh --peers 4 --rounds 20
#   ./start-gossip.sh --topology ring --reporters 1 --fresh
#   ./start-gossip.sh --seeds 10.0.0.2:5210 --seeds 10.0.0.3:5210 --detach
#   ./start-gossip.sh --tls            with the certificates that "fedactors cert generate" made in certs/, or in --certificates FOLDER
#   ./start-gossip.sh --help           all options
set -eu
here=$(cd "$(dirname "$0")" && pwd)

tls=
certificates=certs
value=
for option in "$@"; do
  shift
  if [ "$value" ]; then
    certificates=$option
    value=
  elif [ "$option" = "--tls" ]; then
    tls=yes
  elif [ "$option" = "--certificates" ]; then
    value=yes
  else
    set -- "$@" "$option"
  fi
done

if [ "$tls" ]; then
  set -- --set Transport:Tls:Mode=mutual --set "Transport:Tls:Certificate=$certificates/node.pem" \
    --set "Transport:Tls:Key=$certificates/node.key" --set "Transport:Tls:Authority=$certificates/ca.pem" "$@"
fi

exec dotnet run -c Release --project "$here/Scripts/FedActors" -- up gossip "$@"
