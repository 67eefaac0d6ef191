using System.CommandLine;
using CreditGrains.Cli.Terminal;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit audit</c>: proves the access log.</summary>
internal static class AuditCommand
{
    public static Command Make(Surroundings surroundings) => new("audit", "Prove the access log.") { Verify(surroundings) };

    private static Command Verify(Surroundings surroundings)
    {
        var check = new Option<string?>("--check")
        {
            Description = "A check whose entry must lie in the part that holds.", HelpName = "NUMBER",
        };
        var json = Options.Json();
        var command = new Command("verify", "Walk the access log's chain, and name the first entry that does not fit.") { check, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["auditor"]);
            var verified = await connection.Client.VerifyAccessLogAsync(result.GetValue(check), cancellation);
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, writer =>
                {
                    writer.WriteBoolean("whole", verified.Whole);
                    if (verified.FirstBroken is { } number)
                        writer.WriteNumber("firstBroken", number);
                    if (verified.Entry is { } entry)
                        writer.WriteNumber("entry", entry);
                    if (verified.EntryProved is { } proved)
                        writer.WriteBoolean("entryProved", proved);
                });
            }
            else
            {
                await surroundings.Out.WriteLineAsync(
                    verified.Whole
                        ? "WHOLE" : $"BROKEN  at entry {verified.FirstBroken}: restore a backup, and ask who had access to the store");
                if (verified.Entry is { } entry)
                {
                    await surroundings.Out.WriteLineAsync(
                        $"  entry {entry} of the check: {(verified.EntryProved is true ? "proved" : "not proved")}");
                }
            }

            return verified.Whole && verified.EntryProved is not false ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
