#!/usr/bin/env bash
# Makes the secrets of compose.yaml, each once: random passwords, and connection strings with them. The folder is closed to other users;
# the files in it are readable, since each container runs as another user.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
mkdir -p secrets
chmod 0700 secrets

make() {
    [ -e "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"
    chmod 0644 "secrets/$1"
}

random() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

for name in superuser-password owner-password server-password grafana-password; do
    make "$name" "$(random)"
done
for role in owner server; do
    make "$role-connection" "Host=database;Username=credit_$role;Password=$(cat "secrets/$role-password");Database=credit"
done

# Encrypts the secrets of subscriptions in the database: keep a copy beside the backups, which do not hold it.
make webhook-key "$(head -c 32 /dev/urandom | base64)"
