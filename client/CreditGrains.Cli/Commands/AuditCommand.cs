using System.CommandLine;
using System.Text;
using CreditGrains.Cli.Terminal;
using CreditGrains.Domain.Reports;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit audit</c>: proves the access log, and gets its signed end to be kept elsewhere.</summary>
internal static class AuditCommand
{
    private static readonly string[] Auditor = ["auditor"];

    public static Command Make(Surroundings surroundings) =>
        new("audit", "Prove the access log, and list what one reader or source has done.")
        {
            Verify(surroundings), Head(surroundings), IncidentCommands.ByActor(surroundings), IncidentCommands.BySource(surroundings),
        };

    private static Command Head(Surroundings surroundings)
    {
        var date = Options.Date("--date", "A legal day on which it was signed; without, as it is now.");
        var output = new Option<string?>("--out") { Description = "File to write; default the results.", HelpName = "FILE" };
        var command = new Command("head", "Get the signed end of the access log, to keep it elsewhere.") { date, output };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, Auditor);
            var bytes = await connection.Client.AccessLogHeadAsync(result.GetValue(date), cancellation);
            if (result.GetValue(output) is not { } path)
            {
                await surroundings.Out.WriteLineAsync(Encoding.UTF8.GetString(bytes));
                return ExitCode.Done;
            }

            await File.WriteAllBytesAsync(surroundings.PathOf(path), bytes, cancellation);
            await surroundings.Talk.WriteLineAsync($"Wrote {path}. Next: credit audit verify --head {path}");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Verify(Surroundings surroundings)
    {
        var check = new Option<string?>("--check")
        {
            Description = "A check whose entry must lie in the part that holds, and before the head that is given.", HelpName = "NUMBER",
        };
        var head = new Option<string?>("--head")
        {
            Description = "A signed end that was kept elsewhere: its signature must be good, and the chain must still have its hash.",
            HelpName = "FILE",
        };
        var keys = new Option<string?>("--keys")
        {
            Description = "The platform's public keys, PEM or a key set (credit report keys), for --head; without, the server's.",
            HelpName = "FILE",
        };
        var offline = new Option<bool>("--offline") { Description = "Only the signature of --head by --keys: nothing is asked." };
        var json = Options.Json();
        var command = new Command("verify", "Walk the access log's chain, and name the first entry that does not fit.")
        {
            check, head, keys, offline, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var kept = result.GetValue(head) is { } file ? await ReadAsync(file, surroundings, cancellation) : null;
            if (result.GetValue(offline))
                return await VerifyOfflineAsync(kept, result.GetValue(keys), result.GetValue(json), surroundings, cancellation);
            using var connection = Credentials.Connect(surroundings, Auditor);
            var trusted = kept is null ? null : result.GetValue(keys) is { } known
                ? await KeysAsync(known, surroundings, cancellation)
                : ReportKeys.Read(Encoding.UTF8.GetString(await connection.Client.ReportKeysAsync(cancellation)));
            var revocation = kept is null ? null : trusted!.RevocationOf(kept.KeyId);
            bool? isSigned = kept is null ? null : kept.IsSignedBy(trusted!);
            var verified = await connection.Client.VerifyAccessLogAsync(
                result.GetValue(check), kept is null ? null : (kept.Number, kept.Hash), cancellation);
            await WriteAsync(verified, isSigned, kept, revocation, result.GetValue(json), surroundings);
            return verified.Whole && verified.EntryProved is not false && verified.HeadHolds is not false && isSigned is not false
                ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static async Task WriteAsync(
        Client.AccessLogVerification verified, bool? isSigned, AccessLogHeadFile? kept, KeyRevocation? revocation, bool json,
        Surroundings surroundings)
    {
        if (json)
        {
            JsonOut.Write(surroundings.Out, writer =>
            {
                writer.WriteBoolean("whole", verified.Whole);
                if (verified.FirstBroken is { } number)
                    writer.WriteNumber("firstBroken", number);
                writer.WriteNumber("last", verified.Last);
                if (verified.Entry is { } entry)
                    writer.WriteNumber("entry", entry);
                if (verified.EntryProved is { } proved)
                    writer.WriteBoolean("entryProved", proved);
                if (verified.HeadHolds is { } holds)
                    writer.WriteBoolean("headHolds", holds);
                if (isSigned is { } signed)
                    writer.WriteBoolean("headSigned", signed);
                if (revocation is not null)
                    writer.WriteString("headKeyRevokedAt", revocation.At);
            });
            return;
        }

        await surroundings.Out.WriteLineAsync(
            verified.Whole ? "WHOLE" : $"BROKEN  at entry {verified.FirstBroken}: restore a backup, and ask who had access to the store");
        if (kept is not null)
        {
            await surroundings.Out.WriteLineAsync(
                $"  {SentenceOf(kept, isSigned is true, revocation, verified.HeadHolds is true, verified.Last)}");
        }

        if (verified.Entry is { } of)
            await surroundings.Out.WriteLineAsync($"  entry {of} of the check: {(verified.EntryProved is true ? "proved" : "not proved")}");
    }

    private static string SentenceOf(AccessLogHeadFile kept, bool isSigned, KeyRevocation? revocation, bool holds, long last) =>
        revocation is not null ? $"the head of {kept.At:yyyy-MM-dd} is {RevokedOf(kept, revocation)}"
        : !isSigned ? $"the head of {kept.At:yyyy-MM-dd} is NOT SIGNED by a known key: it proves nothing"
        : holds ? $"up to entry {kept.Number} as signed on {kept.At:yyyy-MM-dd} with key {kept.KeyId}"
        : kept.Number > last
            ? $"SHORTER: the log ends with entry {last}, the head of {kept.At:yyyy-MM-dd} was signed at entry {kept.Number}. After a "
            + "restore take the newest head from before the backup; without one, entries are lost"
        : $"CHANGED: up to entry {kept.Number} the log is not what was signed on {kept.At:yyyy-MM-dd}";

    private static string RevokedOf(AccessLogHeadFile kept, KeyRevocation revocation) =>
        $"signed with a REVOKED KEY ({kept.KeyId}, since {revocation.At:yyyy-MM-dd HH:mm} UTC, {revocation.Reason}): it proves what the "
        + "place proves that it was kept in, and no more";

    private static async Task<int> VerifyOfflineAsync(
        AccessLogHeadFile? kept, string? keys, bool json, Surroundings surroundings, CancellationToken cancellation)
    {
        if (kept is null || keys is null)
        {
            throw new CliException(
                ExitCode.Usage, "--offline needs --head and --keys.", "credit report keys --out keys.json gets the keys.");
        }

        var trusted = await KeysAsync(keys, surroundings, cancellation);
        var revocation = trusted.RevocationOf(kept.KeyId);
        var isSigned = kept.IsSignedBy(trusted);
        if (json)
        {
            JsonOut.Write(surroundings.Out, writer =>
            {
                writer.WriteNumber("number", kept.Number);
                writer.WriteBoolean("headSigned", isSigned);
                if (revocation is not null)
                    writer.WriteString("headKeyRevokedAt", revocation.At);
            });
        }
        else
        {
            await surroundings.Out.WriteLineAsync(revocation is not null ? RevokedOf(kept, revocation) : isSigned
                ? $"SIGNED  entry {kept.Number}, {kept.At:yyyy-MM-dd HH:mm:ss} UTC, key {kept.KeyId}" : "NOT SIGNED by a known key");
        }

        return isSigned ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<AccessLogHeadFile> ReadAsync(string file, Surroundings surroundings, CancellationToken cancellation) =>
        AccessLogHeadFile.Parse(await File.ReadAllTextAsync(surroundings.PathOf(file), cancellation))
            ?? throw new CliException(
                ExitCode.Invalid, $"{file} is no signed end of an access log.", "credit audit head --out FILE gets one.");

    private static async Task<ReportKeys> KeysAsync(string file, Surroundings surroundings, CancellationToken cancellation)
    {
        try
        {
            return ReportKeys.Read(await File.ReadAllTextAsync(surroundings.PathOf(file), cancellation));
        }
        catch (InvalidDataException none)
        {
            throw new CliException(ExitCode.Invalid, $"{file}: {none.Message}");
        }
    }
}
