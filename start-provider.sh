#!/bin/sh
# Starts a coordinated federation on this machine: a provider, an aggregator, an evaluator and a worker for each site.
# Passes its options to "fedactors up coordinated" as they are; that command checks them. The twin of start-provider.ps1.
#
#   ./start-provider.sh --workers 4 --rounds 20 --epochs 3 --mu 0.0
#   ./start-provider.sh --port 0 --detach
#   ./start-provider.sh --tls            with the certificates that "fedactors cert generate" made in certs/
#   ./start-provider.sh --help           all options
set -eu
here=$(cd "$(dirname "$0")" && pwd)

tls=
for option in "$@"; do
  shift
  if [ "$option" = "--tls" ]; then tls=yes; else set -- "$@" "$option"; fi
done

if [ "$tls" ]; then
  set -- --set Transport:Tls:Mode=mutual --set Transport:Tls:Certificate=certs/node.pem \
    --set Transport:Tls:Key=certs/node.key --set Transport:Tls:Authority=certs/ca.pem "$@"
fi

exec dotnet run -c Release --project "$here/Scripts/FedActors" -- up coordinated "$@"
