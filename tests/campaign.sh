#!/usr/bin/env bash
# The campaign: the trials of docs/reliability.md in their long form, one after the other. Run as ./credit campaign; takes hours.
#   --only R2[,R6]   these trials only
#   --minutes N      length of R6, R7 and R12 (30)
#   --list           says what would run
# Writes artifacts/campaign/report.md, a line for each trial. Ends with 1 where a trial failed. CREDIT_HOME names the repository.
set -euo pipefail

out="$CREDIT_HOME/artifacts/campaign"
only="" minutes=30 list=""
while [ $# -gt 0 ]; do
    case "$1" in
        --only) only=",${2:?}," && shift 2 ;;
        --minutes) minutes="${2:?}" && shift 2 ;;
        --list) list=yes && shift ;;
        *) printf 'credit campaign: unknown: %s\n' "$1" >&2 && sed -n '3,5s/^# //p' "${BASH_SOURCE[0]}" >&2 && exit 2 ;;
    esac
done
case "$minutes" in *[!0-9]* | "") printf 'credit campaign: --minutes takes a whole number\n' >&2 && exit 2 ;; esac

# What servers say, as tests print it, is no figure: log lines, stacks of a silo that ended itself, addresses.
talk='^ *$|^ *at |^--- |^Web pages|^FATAL|^Process terminated|^[0-9]{4}-[0-9]{2}-[0-9]{2}T'

# run PROJECT CLASS...: runs the classes of one test project, explicit tests too, and adds to the trial's figures.
run() {
    local name="CreditGrains.$1.Tests" log="$out/$trial-$1.log" code=0 counts class arguments=()
    shift
    [ -z "$list" ] || { printf '    %s: %s\n' "$name" "$*" && return 0; }
    for class in "$@"; do arguments+=(-class "*.$class"); done
    dotnet "$CREDIT_HOME/tests/$name/bin/Release/net10.0/$name.dll" -noLogo -noColor -explicit on -showLiveOutput "${arguments[@]}" \
        >"$log" 2>&1 </dev/null || code=$?
    cat "$log" >>"$out/$trial.log"
    counts="$(sed -n 's/.* Total: *\([0-9]*\), Errors: *\([0-9]*\), Failed: *\([0-9]*\), Skipped: *\([0-9]*\).*/\1 \2 \3 \4/p' "$log" | tail -n 1)"
    set -- ${counts:-0 0 0 0}
    tests=$((tests + $1)) wrong=$((wrong + $2 + $3)) skipped=$((skipped + $4))

    # A trial that found nothing to run, or ended without a result, has shown nothing.
    [ "$1" -gt 0 ] && { [ "$code" -eq 0 ] || [ $(($2 + $3)) -gt 0 ]; } || wrong=$((wrong + 1))
    figures+="$(sed -n 's/^ *\([^ ].*\) \[OUTPUT\] \(.*\)/\2/p' "$log" | grep -Ev "$talk" | tail -n 40 || true)"$'\n'
    notes+="$(sed -n 's/^ *CreditGrains\.\(.*\) \[FAIL\]$/failed: \1/p; /\[SKIP\]/{n;s/^ */skipped: /p}' "$log" | sort -u)"$'\n'
    rm "$log"
}

# again PROJECT CLASS...: runs them with new seeds until the minutes are up.
again() {
    local until=$((SECONDS + minutes * 60)) rounds=0
    while [ "$rounds" -eq 0 ] || { [ -z "$list" ] && [ "$wrong" -eq 0 ] && [ "$SECONDS" -lt "$until" ]; }; do
        run "$@"
        rounds=$((rounds + 1))
    done
    [ -n "$list" ] || figures+="$rounds rounds with new seeds in $minutes minutes"$'\n'
}

R1() { CREDIT_SEEDS=10000 CREDIT_COPY_SEEDS=600 run Engine ModelSimulatorTests CopySimulatorTests; }
R2() { CREDIT_KILLS=50 run Conformance KillTests RuleChangeKillTests; }
R3() {
    run Conformance DatabaseTests DatabaseFaultTests DiskTests PoolerTests
    run Storage.Postgres ServerFaultTests
    run Storage.Sqlite SqliteStoreTests
}
R4() { CREDIT_PAIRS=10000 run Cluster StaleReadTests; }
R5() { run Storage.Postgres LostCommitTests && run Engine ChangeFeedTests; }
R6() { CREDIT_FAULTS=12 again Conformance ClusterChaosTests NetworkCutTests SuccessionTests OwnersFirstTests; }
R7() {
    run Conformance HostileFeedTests HostilePolicyTests
    run Domain RulebookFuzzTests
    again Api HostileInputTests
}
R8() { run Conformance SharedBoundsTests OverloadTests && run Api CapacityTests && run Engine TimedBodyTests; }
R9() { run Api AccessTests && run Portal AccessTests; }
R10() { run Conformance GoldenTests; }
R11() { run Conformance PutBackTests && run Client BackupCommandTests; }
R12() { CREDIT_MINUTES="$minutes" run Conformance SoakTests; }

mkdir -p "$out"
report="$out/report.md"
[ -n "$list" ] || {
    printf '# Campaign of %s\n\nCommit %s, %s processors, %s.\n\n| | Result | Tests | Seconds | Figures |\n|---|---|---|---|---|\n' \
        "$(date -u +%Y-%m-%dT%H:%MZ)" "$(git -C "$CREDIT_HOME" rev-parse --short HEAD 2>/dev/null || echo unknown)" \
        "$(getconf _NPROCESSORS_ONLN)" "$(dotnet --version)" >"$report"
}
failed=0
for trial in R1 R2 R3 R4 R5 R6 R7 R8 R9 R10 R11 R12; do
    if [ -n "$only" ] && [ "${only#*",$trial,"}" = "$only" ]; then
        [ -n "$list" ] || printf '| %s | not run | | | not asked for |\n' "$trial" >>"$report"
        continue
    fi
    tests=0 wrong=0 skipped=0 figures="" notes="" started=$SECONDS
    printf 'credit campaign: %s\n' "$trial" >&2
    rm -f "$out/$trial.log"
    "$trial"
    [ -z "$list" ] || continue
    result=passed
    [ "$skipped" -lt "$tests" ] || result='not run'
    [ "$wrong" -eq 0 ] || { result=FAILED && failed=$((failed + 1)); }
    words="$(printf '%s%s' "$notes" "$figures" | sed '/^$/d; s/|/\\|/g' | sed '$!s/$/<br>/' | tr -d '\n')"
    printf '| %s | %s | %s | %s | %s |\n' \
        "$trial" "$result" "$tests" "$((SECONDS - started))" "$words" | tee -a "$report" >&2
done
[ -n "$list" ] || printf 'written to %s; what the tests wrote is beside it\n' "$report" >&2
[ "$failed" -eq 0 ]
