using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit case</c>: cases of all kinds, their deadlines and steps.</summary>
internal static class CaseCommand
{
    private const int BodyBytesMax = 1 << 20;

    private static readonly string[] Platform = ["operator"];

    public static Command Make(Surroundings surroundings) => new(
        "case", "Cases: objections, repairs, list entries, commitments, declarations, contracts.")
    {
        List(surroundings), Show(surroundings), Open(surroundings), Act(surroundings), CaseProofs.Make(surroundings, Number(), As()),
    };

    private static Command List(Surroundings surroundings)
    {
        var kind = Kind();
        var state = new Option<string?>("--state") { Description = "Only in this state.", HelpName = "STATE" };
        var due = Options.Date("--due", "Only with a deadline on or before this day, YYYY-MM-DD.");
        var source = new Option<string?>("--source") { Description = "Only those in which this source takes part.", HelpName = "ID" };
        var subject = new Option<string?>("--subject") { Description = "All of one organisation, closed ones too.", HelpName = "CODE" };
        var json = Options.Json();
        var command = new Command("list", "Open cases of a kind, the oldest deadline first.") { kind, state, due, source, subject, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Platform);
            var filter = new CreditCaseFilter(
                result.GetValue(state), result.GetValue(due), result.GetValue(source), result.GetValue(subject));
            var (cursor, count) = ((string?)null, 0);
            do
            {
                var page = await connection.Client.CasesAsync(result.GetRequiredValue(kind), filter, cursor, 200, cancellation);
                foreach (var each in page.Items)
                {
                    if (result.GetValue(json))
                        JsonOut.Write(surroundings.Out, each);
                    else
                        await surroundings.Out.WriteLineAsync(LineOf(each));
                }

                (cursor, count) = (page.Next, count + page.Items.Count);
            }
            while (cursor is not null);
            await surroundings.Talk.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count} cases."));
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(Surroundings surroundings)
    {
        var (number, json) = (Number(), Options.Json());
        var command = new Command("show", "Show a case with its deadlines and steps.") { number, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Platform);
            return await WriteAsync(
                await connection.Client.CaseAsync(result.GetRequiredValue(number), cancellation), result.GetValue(json), surroundings);
        });
        return command;
    }

    private static Command Open(Surroundings surroundings)
    {
        var (kind, json, source, proofs) = (Kind(), Options.Json(), As(), CaseProofs.Option());
        var file = new Argument<string>("FILE") { Description = "JSON body, as docs/openapi.json has it for the kind." };
        var command = new Command("open", "Open a case.") { kind, file, proofs, source, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Connect(surroundings, result.GetValue(source));
            var body = JsonObject.Create(await ReadAsync(result.GetRequiredValue(file), surroundings, cancellation))!;
            var subject = body["subject"] is JsonValue given && given.TryGetValue<string>(out var code) ? code : "";
            await CaseProofs.AddAsync(body, subject, result.GetValue(proofs), connection, surroundings, cancellation);
            using var sent = JsonDocument.Parse(body.ToJsonString());
            var opened = await connection.Client.OpenCaseAsync(
                result.GetRequiredValue(kind), sent.RootElement, Guid.NewGuid().ToString("N"), cancellation);
            return await WriteAsync(opened, result.GetValue(json), surroundings);
        });
        return command;
    }

    private static Command Act(Surroundings surroundings)
    {
        var (number, json, source, proofs) = (Number(), Options.Json(), As(), CaseProofs.Option());
        var step = new Argument<string>("STEP") { Description = "A step of docs/procedures.md, for instance accept." };
        var reason = new Option<string?>("--reason") { Description = "Why; many steps need it.", HelpName = "TEXT" };
        var outcome = new Option<string?>("--outcome") { Description = "Of a decision, or result of an assessment.", HelpName = "CODE" };
        var file = new Option<string?>("--file") { Description = "JSON body with whatever else the step takes.", HelpName = "FILE" };
        var command = new Command("act", "Take a step of a case.") { number, step, outcome, reason, file, proofs, source, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Connect(surroundings, result.GetValue(source));
            var body = result.GetValue(file) is { } path
                ? JsonObject.Create(await ReadAsync(path, surroundings, cancellation)) ?? [] : [];
            if (result.GetValue(reason) is { } why)
                body["reason"] = why;
            if (result.GetValue(outcome) is { } decided)
                body[result.GetRequiredValue(step) == "assess" ? "result" : "outcome"] = decided;
            if (result.GetValue(proofs) is { Length: > 0 } files)
            {
                var acted = await connection.Client.CaseAsync(result.GetRequiredValue(number), cancellation);
                await CaseProofs.AddAsync(body, acted.Subject, files, connection, surroundings, cancellation);
            }

            using var sent = JsonDocument.Parse(body.ToJsonString());
            var taken = await connection.Client.ActOnCaseAsync(
                result.GetRequiredValue(number), result.GetRequiredValue(step), sent.RootElement, Guid.NewGuid().ToString("N"),
                cancellation);
            return await WriteAsync(taken, result.GetValue(json), surroundings);
        });
        return command;
    }

    private static Argument<string> Kind()
    {
        var kind = new Argument<string>("KIND") { Description = string.Join(", ", CreditCaseKinds.Names) + "." };
        kind.AcceptOnlyFromAmong([.. CreditCaseKinds.Names]);
        return kind;
    }

    private static Argument<string> Number()
    {
        var number = new Argument<string>("CASE") { Description = "Number of the case, for instance MD-20261129-000001." };
        number.Validators.Add(result =>
        {
            if (CreditCaseKinds.CollectionOfCase(result.Tokens[0].Value) is null)
                result.AddError($"'{result.Tokens[0].Value}' is no number of a case; write one like MD-20261129-000001.");
        });
        return number;
    }

    private static Option<string?> As() => new("--as")
    {
        Description = "With a development token: in place of this department.", HelpName = "SOURCE",
    };

    private static Connection Connect(Surroundings surroundings, string? source) =>
        source is null ? Credentials.Connect(surroundings, Platform) : Credentials.Connect(surroundings, ["source"], source);

    private static async Task<JsonElement> ReadAsync(string file, Surroundings surroundings, CancellationToken cancellation)
    {
        var path = Path.Combine(surroundings.Directory, file);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > BodyBytesMax })
                throw new CliException(ExitCode.Invalid, $"{file} is larger than a body may be.", "Write one JSON object.");
            using var read = JsonDocument.Parse(await File.ReadAllBytesAsync(path, cancellation));
            return read.RootElement.ValueKind == JsonValueKind.Object
                ? read.RootElement.Clone()
                : throw new CliException(ExitCode.Invalid, $"{file} is no JSON object.", "See docs/openapi.json for what the step takes.");
        }
        catch (JsonException fault)
        {
            throw new CliException(ExitCode.Invalid, $"{file} is not JSON: {fault.Message}", "Write one JSON object.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Invalid, $"{file} cannot be read: {fault.Message}", "Look at the path.");
        }
    }

    private static async Task<int> WriteAsync(CreditCase shown, bool asJson, Surroundings surroundings)
    {
        if (asJson)
        {
            JsonOut.Write(surroundings.Out, shown);
            return ExitCode.Done;
        }

        var text = new StringBuilder(LineOf(shown)).AppendLine();
        foreach (var (name, value) in shown.Facts)
            text.Append("  ").Append(name).Append(": ").AppendLine(value);
        if (shown.Made is { } made)
            text.AppendLine(CultureInfo.InvariantCulture, $"  record: {made.Source} {made.Id}");
        if (shown.Mirrored == false)
            text.AppendLine("  the other party's file does not have it yet" + (shown.MirrorFault is { } fault ? $": {fault}" : ""));
        foreach (var each in shown.Deadlines)
            text.AppendLine(CultureInfo.InvariantCulture, $"  due {each.Due:yyyy-MM-dd}  {each.State,-8}  {each.Clock}  {each.Owner}");
        foreach (var each in shown.Steps)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"  {each.On:yyyy-MM-dd}  {each.Step}  {each.Role}  {each.Note}");
            text.AppendLine(line.TrimEnd());
        }

        foreach (var each in shown.Proofs)
            text.AppendLine(CultureInfo.InvariantCulture, $"  proof {each.Digest[..19]}  {each.Step}  {each.Size,8}  {each.Name}");
        await surroundings.Out.WriteAsync(text.ToString());
        return ExitCode.Done;
    }

    private static string LineOf(CreditCase each)
    {
        var next = each.Deadlines.Where(deadline => deadline.EndedOn is null).OrderBy(deadline => deadline.Due).FirstOrDefault();
        var due = next is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{next.Due:yyyy-MM-dd} {next.Clock}");
        return $"{each.Case}  {each.State}  {each.Subject}  {due}";
    }
}
