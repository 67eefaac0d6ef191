namespace CreditGrains.Cli.Commands;

/// <summary>What people type, by command; shown first in its help.</summary>
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
        ["credit feed"] =
        [
            "credit feed events.ndjson --source SCJG",
            "credit feed 双公示.xlsx --source SCJG --mapping penalty-wire --sheet 处罚",
            "credit feed big.csv --source SCJG --resume                  go on where an interrupted feed ended",
            "credit feed events.ndjson --source SCJG --json | jq .rejected",
        ],
        ["credit check"] =
        [
            "credit check 91990101MX00000190 --matter public-funds",
            "credit check 91990101MX00000190 --matter tendering --stage accept --json",
        ],
        ["credit explain"] =
        [
            "credit explain 91990101MX00000190",
            "credit explain 91990101MX00000190 --as-of 2026-04-01 --known-at 2026-05-03T00:00:00+08:00",
        ],
        ["credit search"] = ["credit search 星海贸易"],
        ["credit quarantine list"] = ["credit quarantine list --source SCJG"],
        ["credit quarantine resubmit"] =
        [
            "credit quarantine resubmit 17 --source SCJG                 try the line as it was kept",
            "credit quarantine resubmit 17 --source SCJG --file fixed.json",
        ],
        ["credit quarantine dismiss"] = ["credit quarantine dismiss 17 18 --source SCJG"],
        ["credit rulebook check"] = ["credit rulebook check rulebooks/cn-district"],
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
