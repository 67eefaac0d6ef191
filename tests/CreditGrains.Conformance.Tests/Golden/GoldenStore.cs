using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using CreditGrains.Conformance.Tests.Server;
using CreditGrains.Development.Postgres;
using Npgsql;

namespace CreditGrains.Conformance.Tests.Golden;

/// <summary>
/// A store that a former build has written, unpacked: the data directory, for PostgreSQL a dump as SQL text beside it, the rulebook it was
/// written under, and what that build answered from it.
/// </summary>
internal sealed class GoldenStore : IDisposable
{
    private readonly DirectoryInfo _folder;

    private GoldenStore(DirectoryInfo folder) => _folder = folder;

    /// <summary>Where a server may work.</summary>
    public string Data => Path.Combine(_folder.FullName, "data");

    public string Rulebook => Path.Combine(_folder.FullName, "rulebook");

    /// <summary>The dump; only of a store on PostgreSQL.</summary>
    public string Sql => Path.Combine(_folder.FullName, "store.sql");

    /// <summary>When the former build was asked.</summary>
    public DateTimeOffset AskedAt => (DateTimeOffset)Read()["askedAt"]!;

    /// <summary>Answers by question.</summary>
    public JsonObject Answers => Read()["answers"]!.AsObject();

    private string AnswersFile => Path.Combine(_folder.FullName, "answers.json");

    /// <summary>An empty one, to be filled by a former build.</summary>
    public static GoldenStore Make()
    {
        var golden = new GoldenStore(Directory.CreateTempSubdirectory("credit-golden-"));
        Directory.CreateDirectory(golden.Data);
        return golden;
    }

    /// <summary>Unpacks the repository's store of one kind.</summary>
    public static GoldenStore Unpack(string kind)
    {
        var golden = Make();
        using var file = File.OpenRead(FileOf(kind));
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(unzipped, golden._folder.FullName, overwriteFiles: true);
        return golden;
    }

    /// <summary>Another directory with the same files.</summary>
    public GoldenStore Copy()
    {
        var copy = Make();
        foreach (var file in _folder.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy._folder.FullName, Path.GetRelativePath(_folder.FullName, file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            file.CopyTo(target, overwrite: true);
        }

        return copy;
    }

    public void Keep(DateTimeOffset askedAt, JsonObject answers) => File.WriteAllText(
        AnswersFile, new JsonObject { ["askedAt"] = askedAt, ["answers"] = answers }.ToJsonString());

    /// <summary>Packs it into the repository.</summary>
    public void Pack(string kind)
    {
        // The development issuer's key is nobody's data, and a lock is no file to keep.
        File.Delete(Path.Combine(Data, "dev-issuer.key"));
        File.Delete(Path.Combine(Data, "credit.db.lock"));
        using var file = File.Create(FileOf(kind));
        using var zipped = new GZipStream(file, CompressionLevel.SmallestSize);
        TarFile.CreateFromDirectory(_folder.FullName, zipped, includeBaseDirectory: false);
    }

    /// <summary>Runs the dump in an empty database. It may hold no line for psql itself.</summary>
    public async Task RestoreAsync(string connection)
    {
        await using var opened = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString);
        await opened.OpenAsync();
        await using var command = new NpgsqlCommand(await File.ReadAllTextAsync(Sql), opened);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Writes the dump: every row by an INSERT, so that it needs no psql to be run.</summary>
    public async Task DumpAsync(string connection)
    {
        var text = await ThrowAwayPostgres.DumpAsync(connection, "--schema=credit", "--no-owner", "--inserts", "--rows-per-insert=100");
        await File.WriteAllLinesAsync(Sql, text.Split('\n').Where(line => !line.StartsWith('\\')));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string FileOf(string kind) =>
        Path.Combine(Repository.Root, "tests", "CreditGrains.Conformance.Tests", "Golden", $"{kind}.tar.gz");

    private JsonNode Read() => JsonNode.Parse(File.ReadAllText(AnswersFile))!;
}
