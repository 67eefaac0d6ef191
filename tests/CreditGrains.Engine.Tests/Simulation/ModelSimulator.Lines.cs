using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Ingestion;
using CreditGrains.Engine.Recomputation;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using CreditGrains.Engine.Tokens;
using CreditGrains.Storage.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>Lines of departments: new ones, repeated, corrected and contradicting ones.</summary>
internal sealed partial class ModelSimulator
{
    private string Line(SourceId source)
    {
        var mine = _sent.Where(sent => sent.StartsWith(source.Value + "\t", StringComparison.Ordinal)).ToList();
        if (mine.Count > 0 && _random.Next(100) < 35)
            return Again(mine[_random.Next(mine.Count)].Split('\t')[1]);
        if (source != SourceId.Platform && Rarely(8) && OfCase(source) is { } revised)
            return revised;
        var id = string.Create(CultureInfo.InvariantCulture, $"R{_nextId++}");
        return Event(id, _random.Next(1, 3), Subjects[_random.Next(Subjects.Length)], source).ToJsonString();
    }

    /// <summary>A source's own revision of a record that a case has made, in its own file or another's; null where it has none.</summary>
    private string? OfCase(SourceId source)
    {
        var made = _heads.Where(head => head.Key.Source == source && !head.Value.Withdrawn && head.Key.Id[0] != 'R')
            .OrderBy(head => head.Key.Id, StringComparer.Ordinal).ToList();
        if (made.Count == 0)
            return null;
        var (record, head) = made[_random.Next(made.Count)];
        var e = new JsonObject
        {
            ["id"] = record.Id, ["revision"] = head.Revision + 1, ["op"] = "put", ["subject"] = head.Subject, ["kind"] = head.Kind,
        };
        if (Rarely(4))
        {
            e["op"] = "withdraw";
            return e.ToJsonString();
        }

        var data = ContentOf(record);
        var field = head.Kind switch
        {
            "list-entry" => "reason",
            "honour" => "name",
            "commitment" => "matter",
            "contract" => "subjectMatter",
            _ => "title",
        };
        data[field] = "更" + _random.Next(9).ToString(CultureInfo.InvariantCulture);
        e["data"] = data;
        return e.ToJsonString();
    }

    /// <summary>
    /// Something sent before: the same, a correction, a withdrawal, a conflict, an older revision, or moved to another subject.
    /// </summary>
    private string Again(string line)
    {
        var e = JsonNode.Parse(line)!.AsObject();
        switch (_random.Next(8))
        {
            case 0 or 1:
                return line;
            case 2 or 3:
                var corrected = Event((string)e["id"]!, (int)e["revision"]! + 1, (string)e["subject"]!, null, (string)e["kind"]!);
                return corrected.ToJsonString();
            case 4:
                e["op"] = "withdraw";
                e["revision"] = (int)e["revision"]! + _random.Next(0, 2);
                return e.ToJsonString();
            case 5:
                return Event((string)e["id"]!, (int)e["revision"]!, (string)e["subject"]!, null, (string)e["kind"]!).ToJsonString();
            case 6:
                e["revision"] = Math.Max(1, (int)e["revision"]! - 1);
                return e.ToJsonString();
            default:
                e["subject"] = Subjects[_random.Next(Subjects.Length)];
                return e.ToJsonString();
        }
    }

    private JsonObject Event(string id, int revision, string subject, SourceId? source, string? kind = null)
    {
        if (kind is null && source != SourceId.Platform && Rarely(10))
            kind = Pick("commitment", "declaration", "honour", "contract");
        kind ??= source == SourceId.Platform ? Pick("objection", "repair", "verification") : source!.Value.Value switch
        {
            "SCJG" => Pick("registration", "penalty", "list-entry", "inspection", "licence"),
            "FY" => Pick("list-entry", "penalty"),
            _ => Pick("tax-grade", "penalty", "inspection"),
        };
        return new JsonObject
        {
            ["id"] = id, ["revision"] = revision, ["op"] = "put", ["subject"] = subject, ["kind"] = kind, ["data"] = Content(kind),
        };
    }

    private JsonObject Content(string kind)
    {
        var date = _rulebook.DateAt(_time.Now).AddDays(-_random.Next(0, 400));
        return kind switch
        {
            "registration" => new JsonObject
            {
                ["name"] = $"虚构{_random.Next(50)}有限公司", ["status"] = Pick("active", "revoked"), ["establishedOn"] = Text(date),
            },
            "licence" => new JsonObject
            {
                ["documentNumber"] = Number(), ["decidedOn"] = Text(date), ["validFrom"] = Text(date),
                ["validUntil"] = Text(date.AddDays(_random.Next(0, 500))), ["authority"] = "11120110000176778B",
            },
            "penalty" => new JsonObject
            {
                ["documentNumber"] = Number(), ["penaltyTypes"] = new JsonArray(Pick("warning", "fine", "confiscation")),
                ["fine"] = _random.Next(0, 400_000).ToString(CultureInfo.InvariantCulture), ["decidedOn"] = Text(date),
                ["authority"] = "11120110000176778B", ["basis"] = _random.Next(2) == 0 ? "第一条" : null,
            },
            "inspection" => new JsonObject
            {
                ["inspectedOn"] = Text(date), ["passed"] = _random.Next(2) == 0, ["defects"] = _random.Next(0, 40),
            },
            "list-entry" => new JsonObject
            {
                ["gravity"] = Pick("attention", "serious"), ["listedOn"] = Text(date),
                ["until"] = _random.Next(2) == 0 ? Text(date.AddDays(_random.Next(0, 500))) : null,
            },
            "tax-grade" => new JsonObject
            {
                ["year"] = _random.Next(2020, 2027), ["grade"] = Pick("A", "B", "C", "D"), ["publishedOn"] = Text(date),
            },
            "honour" => new JsonObject { ["documentNumber"] = Number(), ["awardedOn"] = Text(date), ["until"] = Text(date.AddDays(90)) },
            "commitment" => new JsonObject
            {
                ["number"] = Number(), ["madeOn"] = Text(date), ["statusOn"] = Text(date), ["disclosure"] = Pick("public", "limited"),
                ["result"] = Pick("open", "performed", "partly-performed", "breached"),
            },
            "declaration" => new JsonObject
            {
                ["number"] = Number(), ["class"] = Pick("qualification", "welfare"), ["declaredOn"] = Text(date),
                ["verifiedOn"] = Text(date), ["until"] = Text(date.AddDays(_random.Next(0, 300))),
            },
            "contract" => new JsonObject
            {
                ["contractNumber"] = $"合同{_random.Next(12)}", ["result"] = Pick("performed", "breached", "seriously-breached"),
                ["statusOn"] = Text(date), ["basis"] = Rarely(2) ? "判决" : null,
            },
            _ => MarkOf(kind, date),
        };
    }

    /// <summary>A mark of the platform's, on a record that there may be.</summary>
    private JsonObject MarkOf(string kind, DateOnly date)
    {
        var mark = new JsonObject
        {
            ["targetSource"] = Sources[_random.Next(Sources.Length)],
            ["targetId"] = string.Create(CultureInfo.InvariantCulture, $"R{_random.Next(0, _nextId + 3)}"),
            [kind switch { "objection" => "filedOn", "repair" => "repairedOn", _ => "verifiedOn" }] = Text(date),
        };
        if (kind == "objection" && _random.Next(2) == 0)
            mark["closedOn"] = Text(date.AddDays(_random.Next(0, 100)));
        if (kind == "objection" && _random.Next(2) == 0)
            mark["suspendedOn"] = Text(date.AddDays(_random.Next(0, 10)));
        return mark;
    }

    /// <summary>Few enough to collide now and then.</summary>
    private string Number() => string.Create(CultureInfo.InvariantCulture, $"文〔2026〕{_random.Next(60)}号");

    private string Pick(params string[] values) => values[_random.Next(values.Length)];

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
