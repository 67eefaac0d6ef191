using System.CommandLine;
using System.Text.Json.Nodes;
using CreditGrains.Cli.Terminal;
using CreditGrains.Client;

namespace CreditGrains.Cli.Commands;

/// <summary>Files that go with a step (<c>--proof</c>), and <c>credit case proof</c>, which gets one back.</summary>
internal static class CaseProofs
{
    private const int BytesMax = 5 * 1024 * 1024;
    private const int FilesMax = 5;

    private static readonly string[] Platform = ["operator"];

    public static Option<string[]> Option() => new("--proof")
    {
        Description = "PDF, PNG or JPEG that goes with it, at most 5 MiB; up to five times.", HelpName = "FILE",
    };

    /// <summary>Uploads the files and names them in the body.</summary>
    /// <exception cref="CliException">One cannot be read, or there are too many.</exception>
    public static async Task AddAsync(
        JsonObject body, string subject, string[]? files, Connection connection, Surroundings surroundings, CancellationToken cancellation)
    {
        if (files is not { Length: > 0 })
            return;
        if (files.Length > FilesMax)
            throw new CliException(ExitCode.Invalid, $"{files.Length} proofs, where {FilesMax} may go with a step.");
        var digests = new JsonArray();
        foreach (var file in files)
        {
            var content = await ReadAsync(file, surroundings, cancellation);
            var proof = await connection.Client.UploadProofAsync(subject, Path.GetFileName(file), content, cancellation);
            digests.Add(proof.Digest);
        }

        body["proofs"] = digests;
    }

    public static Command Make(Surroundings surroundings, Argument<string> number, Option<string?> source)
    {
        var digest = new Argument<string>("DIGEST") { Description = "Of the file, as the case shows it; its first digits are enough." };
        var output = new Option<string?>("--out") { Description = "File to write; default the name that it was given.", HelpName = "FILE" };
        var command = new Command("proof", "Get a file of a case.") { number, digest, output, source };
        command.SetAction(async (result, cancellation) =>
        {
            using var connection = result.GetValue(source) is { } department
                ? Credentials.Connect(surroundings, ["source"], department) : Credentials.Connect(surroundings, Platform);
            var shown = await connection.Client.CaseAsync(result.GetRequiredValue(number), cancellation);
            var asked = result.GetRequiredValue(digest);
            var found = shown.Proofs.Where(proof => proof.Digest.StartsWith(asked, StringComparison.Ordinal)
                || proof.Digest.StartsWith("sha256:" + asked, StringComparison.Ordinal)).ToList();
            if (found is not [var proof])
                throw new CliException(ExitCode.Invalid, $"{found.Count} files of the case have the digest {asked}.");
            var content = await connection.Client.ProofAsync(shown.Case, proof.Digest, cancellation);
            var path = surroundings.PathOf(result.GetValue(output) ?? Path.GetFileName(proof.Name));
            try
            {
                await using var file = new FileStream(path, FileMode.CreateNew);
                await file.WriteAsync(content, cancellation);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCode.Invalid, $"{path} cannot be written: {fault.Message}", "Name another file with --out.");
            }

            await surroundings.Out.WriteLineAsync(path);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<byte[]> ReadAsync(string file, Surroundings surroundings, CancellationToken cancellation)
    {
        var path = surroundings.PathOf(file);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > BytesMax })
                throw new CliException(ExitCode.Invalid, $"{file} is larger than a proof may be (5 MiB).");
            return await File.ReadAllBytesAsync(path, cancellation);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Invalid, $"{file} cannot be read: {fault.Message}", "Look at the path.");
        }
    }
}
