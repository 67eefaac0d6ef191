using System.Buffers.Text;
using System.CommandLine;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using CreditGrains.Cli.Terminal;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Postgres;
using CreditGrains.Storage.Postgres.Nodes;

namespace CreditGrains.Cli.Commands;

/// <summary><c>credit doctor</c>: looks at everything that commonly goes wrong; each line is OK, WARN or FAIL with advice.</summary>
internal static class DoctorCommand
{
    private static readonly TimeSpan ClockSkewMax = TimeSpan.FromSeconds(30);

    private enum Finding
    {
        Ok,
        Warn,
        Fail,
    }

    private sealed record Line(Finding Finding, string What, string Advice = "");

    public static Command Make(Surroundings surroundings)
    {
        var data = Options.Data();
        var rulebook = new Option<string?>("--rulebook") { Description = "A rulebook folder to read.", HelpName = "DIR" };
        var json = Options.Json();
        var command = new Command("doctor", "Look at SDK, data directory, server, clock, token, rulebook and database.")
        {
            data, rulebook, json,
        };
        command.SetAction(async (result, cancellation) =>
        {
            var directory = surroundings.DataDirectory(result.GetValue(data));
            var lines = new List<Line> { await SdkAsync(cancellation), Data(directory), Rulebook(surroundings, result.GetValue(rulebook)) };
            lines.AddRange(await ServerAsync(surroundings, cancellation));
            lines.Add(Token(surroundings, directory));
            if (surroundings.Variable(MigrateCommand.ConnectionVariable) is { Length: > 0 } connection)
                lines.AddRange(await DatabaseAsync(connection, cancellation));
            var well = !lines.Exists(line => line.Finding == Finding.Fail);
            if (result.GetValue(json))
                ShowJson(surroundings, lines, well);
            else
                await ShowAsync(surroundings, lines);
            return well ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static async Task ShowAsync(Surroundings surroundings, List<Line> lines)
    {
        foreach (var line in lines)
        {
            await surroundings.Out.WriteLineAsync($"{Word(line.Finding),-4}  {line.What}");
            if (line.Advice.Length > 0)
                await surroundings.Out.WriteLineAsync($"      {line.Advice}");
        }
    }

    private static void ShowJson(Surroundings surroundings, List<Line> lines, bool well) => JsonOut.Write(surroundings.Out, writer =>
    {
        writer.WriteBoolean("well", well);
        writer.WriteStartArray("findings");
        foreach (var line in lines)
        {
            writer.WriteStartObject();
            writer.WriteString("finding", Word(line.Finding));
            writer.WriteString("what", line.What);
            writer.WriteString("advice", line.Advice);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static string Word(Finding finding) => finding.ToString().ToUpperInvariant();

    private static async Task<Line> SdkAsync(CancellationToken cancellation)
    {
        const string Advice = "Install the .NET 10 SDK: it is needed to build and test, not to run the commands.";
        try
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true,
                RedirectStandardError = true });
            if (process is null)
                return new Line(Finding.Warn, "the .NET SDK does not start", Advice);
            var version = (await process.StandardOutput.ReadToEndAsync(cancellation)).Trim();
            await process.WaitForExitAsync(cancellation);
            return version.StartsWith("10.", StringComparison.Ordinal)
                ? new Line(Finding.Ok, $".NET SDK {version}")
                : new Line(Finding.Warn, $".NET SDK {(version.Length > 0 ? version : "not found")}", Advice);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new Line(Finding.Warn, "no .NET SDK on the PATH", Advice);
        }
    }

    private static async Task<List<Line>> DatabaseAsync(string connection, CancellationToken cancellation)
    {
        try
        {
            var found = await PostgresStore.InspectAsync(new PostgresStoreOptions { Connection = connection }, cancellation);
            var what = $"PostgreSQL {found.ServerVersion}, schema version {found.SchemaVersion} of {found.NewestSchemaVersion}";
            List<Line> lines =
            [
                found.SchemaVersion < found.NewestSchemaVersion
                    ? new Line(Finding.Warn, what, "It is brought forward by: credit migrate, or when the server starts.")
                    : new Line(Finding.Ok, $"{what}, served by {ServedBy(found)}"),
            ];
            if (found.WithoutRights.Count > 0)
            {
                lines.Add(new Line(
                    Finding.Fail, $"the user of CREDIT_CONNECTION lacks rights on {string.Join(", ", found.WithoutRights)}",
                    "Run deploy/postgres/roles.sql of this release, as after each migration and restore."));
            }

            lines.AddRange(found.Nodes.Where(node => node.Ahead.Duration() > StoreNode.AheadMax).Select(node => new Line(
                Finding.Warn, $"the clock of {node.Role} {node.Node} is {node.Ahead.TotalSeconds:0.0} s before the database server's",
                "Scheduled activations and the legal date come at different instants; set the clocks by NTP.")));
            return lines;
        }
        catch (StoreException refused)
        {
            return [new Line(Finding.Fail, "the database of CREDIT_CONNECTION cannot be used", refused.Message)];
        }
    }

    private static string ServedBy(PostgresInspection found) => found.Nodes is [var first, ..]
        ? $"cluster {first.Cluster} with {found.Nodes.Count} nodes"
        : found.Holder ?? "nobody";

    private static Line Data(string directory)
    {
        if (!Directory.Exists(directory))
            return new Line(Finding.Warn, $"data directory {directory} does not exist yet",
                "It is made by: credit up. Another one: CREDIT_DATA.");
        try
        {
            var probe = Path.Combine(directory, $".probe-{Guid.NewGuid():n}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            if (PrivateFile.OpenToOthers(directory) is { } rights)
            {
                return new Line(Finding.Warn, $"data directory {directory} has rights {rights}: others may read what is in it",
                    $"chmod -R go= {directory}");
            }

            var free = new DriveInfo(directory).AvailableFreeSpace;
            return free < 1L << 30
                ? new Line(Finding.Warn, $"data directory {directory} has {free >> 20} MiB left",
                    "Free some space before the store is full.")
                : new Line(Finding.Ok, $"data directory {directory} can be written, {free >> 30} GiB left");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Line(Finding.Fail, $"data directory {directory} cannot be written: {exception.Message}",
                "Fix its owner, or set CREDIT_DATA.");
        }
    }

    private static Line Rulebook(Surroundings surroundings, string? option)
    {
        var home = surroundings.Variable("CREDIT_HOME");
        var directory = option is not null ? surroundings.PathOf(option) : home is null ? null : Path.Combine(home, "rulebooks",
            "cn-district");
        if (directory is null)
            return new Line(Finding.Warn, "no rulebook to read", "Name one: credit doctor --rulebook DIR");
        var read = RulebookFolder.Read(directory);
        return read.Rulebook is { } rulebook
            ? new Line(Finding.Ok, $"rulebook {rulebook.Id}, policy {rulebook.Policy.Id} {rulebook.Policy.Version}")
            : new Line(Finding.Fail, $"rulebook {directory} has {read.Mistakes.Count} mistakes", $"credit rulebook check {directory}");
    }

    private static async Task<List<Line>> ServerAsync(Surroundings surroundings, CancellationToken cancellation)
    {
        var server = surroundings.Server;
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await http.GetAsync(new Uri(server, "readyz"), cancellation);
            var lines = new List<Line>
            {
                response.IsSuccessStatusCode
                    ? new Line(Finding.Ok, $"server {server} is ready")
                    : new Line(Finding.Warn, $"server {server} answers {(int)response.StatusCode}",
                        (int)response.StatusCode == 404
                            ? "Something else listens there; set CREDIT_URL." : "It is starting; wait, then look at its log."),
            };
            if (response.Headers.Date is { } date)
            {
                // The header has whole seconds.
                var skew = (surroundings.Time.GetUtcNow() - date).Duration();
                lines.Add(skew <= ClockSkewMax
                    ? new Line(Finding.Ok, "this clock agrees with the server's")
                    : new Line(Finding.Warn, $"this clock is {skew.TotalSeconds:0} s off the server's",
                        "Tokens may be refused; set the clock by NTP."));
            }

            if (await SilentStoreAsync(response, cancellation) is { } since)
            {
                lines.Add(new Line(
                    Finding.Fail, $"the database of server {server} has not answered since {since:yyyy-MM-dd HH:mm:ss} UTC",
                    "Checks are answered from memory, feeds and cases wait. Look at the database: docs/runbooks.md, StoreUnavailable."));
            }

            return lines;
        }
        catch (HttpRequestException exception) when (
            exception.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            return [new Line(Finding.Fail, $"nothing listens on {server}; the port is free",
                "Start the server: credit up. Elsewhere? Set CREDIT_URL.")];
        }
        catch (HttpRequestException exception) when (exception.InnerException is AuthenticationException)
        {
            return
            [
                new Line(
                    Finding.Fail, $"the certificate of {server} is not trusted here: {exception.InnerException!.Message}",
                    CreditCommand.CertificateAdvice),
            ];
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException
            && !cancellation.IsCancellationRequested)
        {
            return [new Line(Finding.Fail, $"server {server} cannot be reached: {exception.Message}", "Check CREDIT_URL and the network.")];
        }
    }

    /// <summary>Since when a server's store has not answered; null where it does, and of a server that does not tell.</summary>
    private static async Task<DateTimeOffset?> SilentStoreAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellation));
            return answer.RootElement.ValueKind == JsonValueKind.Object
                && answer.RootElement.TryGetProperty("storeSilentSince", out var since)
                && since.TryGetDateTimeOffset(out var at) ? at : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Line Token(Surroundings surroundings, string directory)
    {
        const string Advice = "Make one: export CREDIT_TOKEN=$(credit token --roles checker)";
        var token = surroundings.Variable("CREDIT_TOKEN");
        if (string.IsNullOrWhiteSpace(token))
        {
            return Credentials.HasKey(directory) && surroundings.Server.IsLoopback
                ? new Line(Finding.Ok, "CREDIT_TOKEN is not set; commands make their own development token")
                : new Line(Finding.Warn, "CREDIT_TOKEN is not set", Advice);
        }

        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
            var expires = DateTimeOffset.FromUnixTimeSeconds(claims.RootElement.GetProperty("exp").GetInt64());
            return expires > surroundings.Time.GetUtcNow()
                ? new Line(Finding.Ok, $"CREDIT_TOKEN is valid until {expires:yyyy-MM-dd HH:mm} UTC")
                : new Line(Finding.Fail, $"CREDIT_TOKEN expired on {expires:yyyy-MM-dd HH:mm} UTC", Advice);
        }
        catch (Exception exception) when (exception is FormatException or JsonException or IndexOutOfRangeException or KeyNotFoundException
            or InvalidOperationException)
        {
            return new Line(Finding.Fail, "CREDIT_TOKEN is not a token", Advice);
        }
    }
}
