namespace CreditGrains.Cli.Commands;

/// <summary>Example command lines, by command; shown first in its help.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> ByCommand = new()
    {
        ["credit"] =
        [
            "credit up                                                   serve here, with a small demonstration",
            "credit check 91990101MX00000190 --matter public-funds       ask one check",
            "credit explain 91990101MX00000190                           what counted, why, until when",
            "credit feed penalties.csv --source SCJG                     report a file",
        ],
        ["credit case"] =
        [
            "credit case list listing --source SCJG                      open cases of a department, the oldest deadline first",
            "credit case show MD-20261129-000001",
            "credit case open listing proposal.json --as SCJG            a proposal to put an organisation on a list",
            "credit case act MD-20261129-000001 notify --as SCJG         the notice that comes before a decision",
        ],
        ["credit feed"] =
        [
            "credit feed events.ndjson --source SCJG",
            "credit feed 双公示.xlsx --source SCJG --mapping penalty-wire --sheet 处罚",
            "credit feed big.csv --source SCJG --resume                  go on where an interrupted feed ended",
            "credit feed events.ndjson --source SCJG --json | jq .rejected",
        ],
        ["credit backup"] =
        [
            "credit backup credit-2026-11-29.backup                      of the data directory, also while the server runs",
            "credit backup credit-2026-11-29.backup --store postgres     of the database that CREDIT_CONNECTION names",
            "credit backup verify credit-2026-11-29.backup               whether it can be read to its end and is whole",
        ],
        ["credit restore"] =
        [
            "credit restore credit-2026-11-29.backup --data new-data     into an empty directory",
            "credit restore credit-2026-11-29.backup --replace           the store that is there is kept aside",
            "credit restore --in-place                                   after a volume's snapshot was put back",
        ],
        ["credit check"] =
        [
            "credit check 91990101MX00000190 --matter public-funds",
            "credit check 91990101MX00000190 --matter tendering --stage accept --json",
            "credit check --file codes.csv --matter procurement          one check a line",
            "credit check --list codes.csv --matter procurement --bom --out result.csv   up to a million, signed",
            "credit check verify CK-20261129-0123456789ABCDEF            whether it is given again as it was",
            "credit check replay CK-20261129-0123456789ABCDEF            the answer, byte for byte",
            "credit check reminders                                      checks that wait for feedback",
        ],
        ["credit bulletin rows"] = ["credit bulletin rows 2026-11 --source SCJG --class late"],
        ["credit bulletin issue"] = ["credit bulletin issue 2026-11 --reason 按月通报"],
        ["credit bulletin count"] = ["credit bulletin count 2026-11 --source SCJG --kind penalty --decisions 120"],
        ["credit measures audit"] =
        [
            "credit measures audit --class restraint                     every restraint in force, with its cause",
            "credit measures audit --measure restrict-public-funds --json one JSON object a line",
        ],
        ["credit measures tasks"] = ["credit measures tasks --implementer 许可机关"],
        ["credit measures done"] = ["credit measures done MT-12-345 --note 已停止拨付"],
        ["credit check feedback"] =
        [
            "credit check feedback CK-20261129-0123456789ABCDEF --measure restrict-public-funds --action applied --amount 12.5",
            "credit check feedback CK-20261129-0123456789ABCDEF --measure restrict-public-funds --action not-applied --correct",
            "credit check feedback CK-20261129-0123456789ABCDEF          what was said",
        ],
        ["credit check reminders"] = ["credit check reminders --due 2026-12-31"],
        ["credit audit verify"] =
        [
            "credit audit verify --check CK-20261129-0123456789ABCDEF", "credit audit verify --head access-log-head-2026-11-29.json",
            "credit audit verify --head head.json --keys keys.json --offline",
        ],
        ["credit audit by-actor"] = ["credit audit by-actor zhang.san --from 2026-11-30T08:00:00Z --until 2026-11-30T12:00:00Z"],
        ["credit audit by-source"] =
        [
            "credit audit by-source SCJG --since 2026-11-30T08:00:00Z",
            "credit audit by-source SCJG --since 2026-11-30T08:00:00Z --out back.ndjson",
            "credit feed back.ndjson --source SCJG --withdraw            takes it back",
        ],
        ["credit audit head"] = ["credit audit head --out head.json", "credit audit head --date 2026-11-29"],
        ["credit explain"] =
        [
            "credit explain 91990101MX00000190",
            "credit explain 91990101MX00000190 --policy 2026.3           under another policy version",
            "credit explain 91990101MX00000190 --as-of 2026-04-01 --known-at 2026-05-03T00:00:00+08:00",
        ],
        ["credit report"] =
        [
            "credit report 91990101MX00000190 --format pdf --out report.pdf",
            "credit report verify report.pdf --keys keys.json            without the network",
            "credit report keys --out keys.json                          once, from the issuer",
        ],
        ["credit report verify"] = ["credit report verify report.pdf --keys keys.json", "credit report verify report.json --json"],
        ["credit report keys"] = ["credit report keys --out keys.json"],
        ["credit policy"] =
        [
            "credit policy draft new-policy.yaml --note 'after the June review'",
            "credit policy simulate 2026.3                               what it would do",
            "credit policy approve 2026.3 --reason 'as decided'          the second person",
            "credit policy activate 2026.3                               in force at once",
            "credit policy rollback 2026.1 --reason 'complaints'",
        ],
        ["credit policy list"] = ["credit policy list"],
        ["credit policy show"] = ["credit policy show 2026.3 --against 2026.1", "credit policy show 2026.1 --text > policy.yaml"],
        ["credit policy draft"] = ["credit policy draft new-policy.yaml --note 'after the June review'"],
        ["credit policy diff"] = ["credit policy diff new-policy.yaml", "credit policy diff 2026.3 --against 2026.1"],
        ["credit policy validate"] = ["credit policy validate new-policy.yaml", "credit policy validate 2026.3"],
        ["credit policy simulate"] =
        [
            "credit policy simulate 2026.3",
            "credit policy simulate 2026.3 --sample 1 --seed 7           one subject in a hundred, with its error",
            "credit policy simulate 2026.3 --from 2025-01-31 --to 2025-12-31 --known-now",
            "credit policy simulate 2026.3 --json | jq .result.down",
        ],
        ["credit policy approve"] = ["credit policy approve 2026.3 --reason 'as decided'"],
        ["credit policy activate"] =
        [
            "credit policy activate 2026.3                               at once",
            "credit policy activate 2026.3 --at 2027-01-01T00:00:00+08:00",
            "credit policy activate 2026.3 --confirm-downgrades 412",
        ],
        ["credit policy rollback"] = ["credit policy rollback 2026.1 --reason 'complaints'"],
        ["credit policy cancel"] = ["credit policy cancel 2026.3 --reason 'postponed'"],
        ["credit policy withdraw"] = ["credit policy withdraw 2026.3 --reason 'mistaken'"],
        ["credit inspection"] = ["credit inspection draw --period 2026-Q4 --unit 第一执法队=40 --unit 第二执法队=25"],
        ["credit inspection draw"] =
        [
            "credit inspection draw --period 2026-Q4 --unit 第一执法队=40 --unit 第二执法队=25",
            "credit inspection draw --period 2026-Q4 --id 2026-Q4-fire --seed 'drawn in public: 4 8 15 16 23 42'",
        ],
        ["credit inspection list"] = ["credit inspection list"],
        ["credit inspection show"] = ["credit inspection show 2026-Q4", "credit inspection show 2026-Q4 --csv > plan.csv"],
        ["credit inspection verify"] = ["credit inspection verify 2026-Q4"],
        ["credit watch"] =
        [
            "credit watch",
            "credit watch --types list.entered,measure.begun --after 2026-11-29T08:00:00+08:00 --once --json",
        ],
        ["credit subscription"] =
        [
            "credit subscription create https://receiver.example/hook --grades D --purpose 'inspection planning'",
            "credit subscription list", "credit subscription replay 00003f2a9c1b7d5e4f60 --after now",
        ],
        ["credit watchlist"] =
        [
            "credit watchlist create --name suppliers --file suppliers.txt --types '*' --daily",
            "credit watchlist changes 00003f2a9c1b7d5e4f60 --after now",
        ],
        ["credit watchlist list"] = ["credit watchlist list"],
        ["credit watchlist show"] = ["credit watchlist show 00003f2a9c1b7d5e4f60"],
        ["credit watchlist create"] = ["credit watchlist create --name 'borrowers in the red' --regions 3301 --grades C,D"],
        ["credit watchlist replace"] = ["credit watchlist replace 00003f2a9c1b7d5e4f60 --name suppliers --file suppliers.txt"],
        ["credit watchlist changes"] = ["credit watchlist changes 00003f2a9c1b7d5e4f60 --after 2026-11-29T08:00:00+08:00 --json"],
        ["credit watchlist digests"] = ["credit watchlist digests 00003f2a9c1b7d5e4f60"],
        ["credit watchlist digest"] = ["credit watchlist digest 00003f2a9c1b7d5e4f60 2026-11-28"],
        ["credit watchlist delete"] = ["credit watchlist delete 00003f2a9c1b7d5e4f60"],
        ["credit subscription list"] = ["credit subscription list"],
        ["credit subscription show"] = ["credit subscription show 00003f2a9c1b7d5e4f60"],
        ["credit subscription create"] =
            ["credit subscription create https://receiver.example/hook --types '*' --purpose 'approval system'"],
        ["credit subscription pause"] = ["credit subscription pause 00003f2a9c1b7d5e4f60"],
        ["credit subscription replay"] = ["credit subscription replay 00003f2a9c1b7d5e4f60 --after 2026-11-29T08:00:00+08:00"],
        ["credit subscription rotate"] = ["credit subscription rotate 00003f2a9c1b7d5e4f60 --overlap 48"],
        ["credit subscription delete"] = ["credit subscription delete 00003f2a9c1b7d5e4f60"],
        ["credit keys"] =
        [
            "credit keys list", "credit keys rotate reports --reason 'key leaked'",
            "credit keys revoke RGoWFQdn8LzeAs4p --reason 'key leaked'",
        ],
        ["credit keys list"] = ["credit keys list", "credit keys list --json"],
        ["credit keys rotate"] = ["credit keys rotate reports --reason 'key leaked'", "credit keys rotate summaries --reason 'yearly'"],
        ["credit keys revoke"] =
        [
            "credit keys revoke RGoWFQdn8LzeAs4p --reason 'key leaked'", "credit keys revoke sessions --reason 'backup stolen'",
        ],
        ["credit pages"] =
        [
            "credit pages list", "credit pages close /portal/lists/serious-dishonesty --reason 'wrong file'",
            "credit pages open /portal/lists/serious-dishonesty --reason 'put right'",
        ],
        ["credit pages list"] = ["credit pages list", "credit pages list --json"],
        ["credit pages close"] =
        [
            "credit pages close /portal/lists --reason 'wrong file'",
            "credit pages close /portal/subjects/91990101MX00000190 --reason 'wrong file'",
        ],
        ["credit pages open"] = ["credit pages open /portal/lists --reason 'put right'"],
        ["credit people"] = ["credit people list", "credit people end zhang.san --reason 'account closed'"],
        ["credit people list"] = ["credit people list", "credit people list --json"],
        ["credit people end"] = ["credit people end zhang.san --reason 'account closed'"],
        ["credit jobs"] = ["credit jobs list", "credit jobs cancel simulation 4f1d00c2a9e31b07 --reason 'mistaken'"],
        ["credit jobs list"] = ["credit jobs list --limit 5"],
        ["credit jobs show"] = ["credit jobs show recomputation 0000000003"],
        ["credit jobs pause"] = ["credit jobs pause inspection-draw 2026-Q4 --reason 'busy hour'"],
        ["credit jobs resume"] = ["credit jobs resume inspection-draw 2026-Q4 --reason 'night'"],
        ["credit jobs cancel"] = ["credit jobs cancel simulation 4f1d00c2a9e31b07 --reason 'mistaken'"],
        ["credit recompute"] =
        [
            "credit recompute show --watch                               look on until it is over",
            "credit recompute pause --reason 'busy hour'",
        ],
        ["credit recompute start"] = ["credit recompute start --reason 'after a restore' --watch"],
        ["credit recompute list"] = ["credit recompute list"],
        ["credit recompute show"] = ["credit recompute show --watch", "credit recompute show 0000000003 --json | jq .matrix"],
        ["credit recompute pause"] = ["credit recompute pause --reason 'busy hour'"],
        ["credit recompute resume"] = ["credit recompute resume --reason 'night'"],
        ["credit recompute cancel"] = ["credit recompute cancel --reason 'mistaken'"],
        ["credit recompute throttle"] = ["credit recompute throttle --per-second 5000 --reason 'busy hour'"],
        ["credit retention"] =
        [
            "credit retention count --reason 'month end' --watch         what is due, by kind; nothing is changed",
            "credit retention carry-out RT-20261130-0A1B2C3D --confirm 12 --reason 'month end'   by another operator",
        ],
        ["credit retention count"] = ["credit retention count --reason 'month end' --watch"],
        ["credit retention carry-out"] =
            ["credit retention carry-out RT-20261130-0A1B2C3D --confirm 12 --reason 'month end' --watch"],
        ["credit retention list"] = ["credit retention list"],
        ["credit retention show"] = ["credit retention show RT-20261130-0A1B2C3D --json | jq .kinds"],
        ["credit search"] = ["credit search 星海贸易"],
        ["credit quarantine list"] = ["credit quarantine list --source SCJG"],
        ["credit quarantine resubmit"] =
        [
            "credit quarantine resubmit 17 --source SCJG                 try the line as it was kept",
            "credit quarantine resubmit 17 --source SCJG --file fixed.json",
        ],
        ["credit quarantine dismiss"] = ["credit quarantine dismiss 17 18 --source SCJG"],
        ["credit rulebook check"] = ["credit rulebook check rulebooks/cn-district"],
        ["credit rulebook compare"] = ["credit rulebook compare rulebooks/cn-district my-rulebook"],
        ["credit rulebook propose"] =
            ["credit rulebook propose my-rulebook --dry-run", "credit rulebook propose my-rulebook --note 'a field for dockets'"],
        ["credit rulebook apply"] = ["credit rulebook apply my-rulebook --reason 'as decided on 3 December'"],
        ["credit rulebook list"] = ["credit rulebook list"],
        ["credit rulebook show"] = ["credit rulebook show --out rulebook-in-force"],
        ["credit rulebook schema"] = ["credit rulebook schema --out rulebooks/schema"],
        ["credit generate"] =
        [
            "credit generate --subjects 1000 --out synthetic.ndjson",
            "credit generate --subjects 100000 --seed 7 --end 2026-11-21 | gzip > synthetic.ndjson.gz",
        ],
        ["credit token"] =
        [
            "export CREDIT_TOKEN=$(credit token --roles checker)",
            "credit token --roles source --source SCJG --valid 8",
        ],
        ["credit migrate"] =
        [
            "CREDIT_CONNECTION='Host=db;Username=credit;Database=credit;Password=...' credit migrate",
        ],
        ["credit doctor"] = ["credit doctor"],
    };

    public static IReadOnlyList<string>? Of(string path) => ByCommand.GetValueOrDefault(path);
}
