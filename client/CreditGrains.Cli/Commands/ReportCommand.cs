using System.CommandLine;
using System.Text;
using CreditGrains.Cli.Terminal;
using CreditGrains.Domain.Reports;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit report</c>: a credit report as a file, and whether a file is one as it was issued.</summary>
internal static class ReportCommand
{
    private static readonly string[] Checker = ["checker"];

    public static Command Make(Surroundings surroundings)
    {
        var id = new Argument<string>("ID") { Description = "The organisation's code." };
        var output = new Option<string?>("--out") { Description = "File to write; default the results.", HelpName = "FILE" };
        var format = new Option<string>("--format")
        {
            Description = "json (the signed file), html or pdf.", DefaultValueFactory = _ => "json", HelpName = "FORM",
        };
        format.AcceptOnlyFromAmong("json", "html", "pdf");
        var language = new Option<string?>("--lang") { Description = "Of HTML and PDF: zh or en.", HelpName = "LANG" };
        language.AcceptOnlyFromAmong("zh", "en");
        var command = new Command("report", "Make a credit report of an organisation: public facts, numbered and signed.")
        {
            id, output, format, language, Verify(surroundings), Keys(surroundings),
        };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Checker);
            var form = result.GetRequiredValue(format);
            var bytes = await connection.Client.ReportAsync(
                result.GetRequiredValue(id), form, result.GetValue(language), cancellation);
            if (await WriteAsync(bytes, result.GetValue(output), surroundings, cancellation) is { } path && form != "html")
                await surroundings.Talk.WriteLineAsync($"Next: credit report verify {path}");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Verify(Surroundings surroundings)
    {
        var file = new Argument<string>("FILE") { Description = "A report as PDF or JSON." };
        var keys = new Option<string?>("--keys")
        {
            Description = "The issuer's public keys, PEM or a key set (credit report keys): nothing is asked over the network.",
            HelpName = "FILE",
        };
        var asJson = Options.Json();
        var command = new Command("verify", "Tell whether a file is a report as it was issued.") { file, keys, asJson };
        command.SetAction(async (result, cancellation) =>
        {
            var path = surroundings.PathOf(result.GetRequiredValue(file));
            if (new FileInfo(path) is { Exists: true, Length: > ReportFile.BytesMax })
                throw new CliException(ExitCode.Invalid, $"{path} is larger than a report is.");
            var bytes = await File.ReadAllBytesAsync(path, cancellation);
            var isOffline = result.GetValue(keys) is not null;
            var known = await ReadKeysAsync(result.GetValue(keys), surroundings, cancellation);
            var verdict = ReportFile.Verify(bytes, known);
            bool? registered = verdict.Outcome == ReportOutcome.RevokedKey && !isOffline
                ? await IsRegisteredAsync(verdict, surroundings, cancellation) : null;
            if (result.GetValue(asJson))
            {
                JsonOut.Write(surroundings.Out, json =>
                {
                    json.WriteString("outcome", NameOf(verdict.Outcome));
                    json.WriteString("number", verdict.Number);
                    json.WriteString("keyId", verdict.KeyId);
                    if (verdict.Revocation is { } revocation)
                    {
                        json.WriteString("keyRevokedAt", revocation.At);
                        json.WriteString("keyRevokedReason", revocation.Reason);
                    }

                    if (registered is { } isRegistered)
                        json.WriteBoolean("registered", isRegistered);
                });
            }
            else
            {
                await surroundings.Out.WriteLineAsync(SentenceOf(verdict));
                if (verdict.Outcome == ReportOutcome.RevokedKey)
                    await surroundings.Out.WriteLineAsync(AdviceOf(verdict, registered));
            }

            return verdict.Outcome == ReportOutcome.Genuine || registered is true ? ExitCode.Done : ExitCode.Invalid;
        });
        return command;
    }

    private static Command Keys(Surroundings surroundings)
    {
        var output = new Option<string?>("--out") { Description = "File to write; default the results.", HelpName = "FILE" };
        var command = new Command("keys", "Get the public keys that verify reports, to keep them.") { output };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Checker);
            var bytes = await connection.Client.ReportKeysAsync(cancellation);
            await WriteAsync(bytes, result.GetValue(output), surroundings, cancellation);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Writes bytes as they are, to a file or to the results: a line feed more would be a change.</summary>
    /// <returns>The file as it was named; null for the results.</returns>
    private static async Task<string?> WriteAsync(
        byte[] bytes, string? path, Surroundings surroundings, CancellationToken cancellation)
    {
        if (path is null)
        {
            await using var results = surroundings.OutBytes();
            await results.WriteAsync(bytes, cancellation);
            return null;
        }

        await File.WriteAllBytesAsync(surroundings.PathOf(path), bytes, cancellation);
        await surroundings.Talk.WriteLineAsync($"Wrote {path} ({bytes.Length} bytes).");
        return path;
    }

    /// <summary>Keys of a file, else of the server: a key out of the report itself would prove nothing.</summary>
    private static async Task<ReportKeys> ReadKeysAsync(string? path, Surroundings surroundings, CancellationToken cancellation)
    {
        try
        {
            if (path is not null)
                return ReportKeys.Read(await File.ReadAllTextAsync(surroundings.PathOf(path), cancellation));
            await surroundings.Talk.WriteLineAsync($"Keys of {surroundings.Server}; --keys FILE needs no network.");
            using var connection = Credentials.Connect(surroundings, Checker);
            return ReportKeys.Read(Encoding.UTF8.GetString(await connection.Client.ReportKeysAsync(cancellation)));
        }
        catch (InvalidDataException none)
        {
            throw new CliException(ExitCode.Invalid, $"{path ?? surroundings.Server.ToString()}: {none.Message}");
        }
    }

    /// <summary>Whether the platform's register has the number of a report with the digest of the file; of a PDF it has none.</summary>
    private static async Task<bool> IsRegisteredAsync(
        ReportVerdict verdict, Surroundings surroundings, CancellationToken cancellation)
    {
        if (verdict.Digest is null)
            return false;
        using var connection = Credentials.Connect(surroundings, Checker);
        return await connection.Client.FindReportAsync(verdict.Number!, cancellation) is { } found && found.Digest == verdict.Digest;
    }

    private static string AdviceOf(ReportVerdict verdict, bool? registered) => registered switch
    {
        true => "The platform's register has this number with this digest: it is what was issued.",
        false when verdict.Digest is null => "The register holds no digest of a PDF: verify report.json, which is attached to it.",
        false => "The platform's register does not have this number with this digest: take it for a forgery.",
        _ => "Offline it cannot be told from a forgery, whatever its date: verify it without --keys, or at /portal/verify/report.",
    };

    private static string SentenceOf(ReportVerdict verdict) => verdict.Outcome switch
    {
        ReportOutcome.RevokedKey => $"revoked key: the file names {verdict.Number} and is signed with key {verdict.KeyId}, which is "
            + $"revoked since {verdict.Revocation!.At:yyyy-MM-dd HH:mm} UTC ({verdict.Revocation.Reason}).",
        ReportOutcome.Genuine => $"genuine: {verdict.Number}, signed with key {verdict.KeyId}; every byte is as it was issued.",
        ReportOutcome.Altered => $"altered: the file names {verdict.Number ?? "no number"}, and is not what was signed.",
        ReportOutcome.UnknownKey => $"unknown key: the file names key {verdict.KeyId ?? "none"}, which is not among those known.",
        _ => "no report: the file holds no signed credit report.",
    };

    private static string NameOf(ReportOutcome outcome) => outcome switch
    {
        ReportOutcome.Genuine => "genuine",
        ReportOutcome.Altered => "altered",
        ReportOutcome.UnknownKey => "unknown-key",
        ReportOutcome.RevokedKey => "revoked-key",
        _ => "no-report",
    };
}
