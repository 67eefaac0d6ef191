using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit check verify</c> and <c>credit check replay</c>: checks of the past.</summary>
internal static class CheckReceiptCommands
{
    public static Command Verify(Surroundings surroundings)
    {
        var number = Number();
        var json = Options.Json();
        var command = new Command("verify", "Have a check given again, and hold it against its receipt.") { number, json };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["auditor"]);
            var check = result.GetRequiredValue(number);
            var receipt = await connection.Client.ReceiptAsync(check, cancellation);
            var digest = DigestOf(await connection.Client.ReplayCheckAsync(check, cancellation));
            var isIdentical = digest == receipt.Digest;
            if (result.GetValue(json))
            {
                JsonOut.Write(surroundings.Out, writer =>
                {
                    writer.WriteString("check", receipt.Check);
                    writer.WriteBoolean("identical", isIdentical);
                    writer.WriteString("answered", receipt.Digest);
                    writer.WriteString("replayed", digest);
                });
            }
            else
            {
                await surroundings.Out.WriteLineAsync(
                    $"{(isIdentical ? "IDENTICAL" : "DIFFERS")}  {receipt.Check}  {receipt.Subject}  as of {receipt.AsOf:yyyy-MM-dd}");
                await surroundings.Out.WriteLineAsync(
                    $"  asked     {receipt.At:yyyy-MM-dd HH:mm:ss}Z by {receipt.Actor}"
                    + $"{(receipt.Department is null ? "" : $" of {receipt.Department}")}, for {receipt.Purpose}");
                await surroundings.Out.WriteLineAsync(
                    $"  question  matter {receipt.Matter}{(receipt.Stage is null ? "" : $", stage {receipt.Stage}")}");
                await surroundings.Out.WriteLineAsync(
                    $"  rules     policy {receipt.Policy}, rulebook {receipt.Rulebook}, position {receipt.Position}");
                await surroundings.Out.WriteLineAsync($"  answered  {receipt.Digest}");
                await surroundings.Out.WriteLineAsync($"  replayed  {digest}");
            }

            return isIdentical ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    public static Command Replay(Surroundings surroundings)
    {
        var number = Number();
        var command = new Command("replay", "Print the answer of a check again, byte for byte.") { number };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = Credentials.Connect(surroundings, ["auditor"]);
            var answer = await connection.Client.ReplayCheckAsync(result.GetRequiredValue(number), cancellation);
            await surroundings.Out.WriteLineAsync(Encoding.UTF8.GetString(answer));
            return ExitCode.Done;
        });
        return command;
    }

    private static Argument<string> Number() => new("NUMBER") { Description = "The check's number, CK-..." };

    /// <summary>As the server takes it: over the answer without check number, receipt and token.</summary>
    /// <exception cref="CliException">The answer is none of that form.</exception>
    private static string DigestOf(byte[] answer)
    {
        var from = answer.AsSpan().IndexOf("\"subject\":"u8);
        var to = answer.AsSpan().LastIndexOf(",\"receipt\":"u8);
        if (from < 0 || to < from)
            throw new CliException(ExitCode.Failed, "The server's answer is no check.");
        var core = (ReadOnlySpan<byte>)[(byte)'{', .. answer.AsSpan(from, to - from), (byte)'}'];
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(core));
    }
}
