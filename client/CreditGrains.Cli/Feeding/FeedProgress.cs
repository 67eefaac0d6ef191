using System.Text.Json;
using CreditGrains.Cli.Terminal;
using CreditGrains.FeedFiles;

namespace CreditGrains.Cli.Feeding;

/// <summary>
/// How far a feed file has been answered, kept beside it as <c>FILE.credit-progress</c> while it is being fed. It is removed at the
/// end; after an
/// interruption <c>--resume</c> goes on from it. What it says was answered is durable on the server.
/// </summary>
internal sealed class FeedProgress
{
    private readonly string _path;
    private readonly State _state;

    private FeedProgress(string path, State state)
    {
        _path = path;
        _state = state;
    }

    public static string PathFor(string file) => file + ".credit-progress";

    public static bool Exists(string file) => File.Exists(PathFor(file));

    /// <summary>The place to go on from; the beginning unless resuming.</summary>
    public FeedPlace From => new(_state.Rows, _state.Bytes);

    public static FeedProgress Begin(string file, string source, string? mapping) => new(PathFor(file), new State
    {
        Source = source,
        Mapping = mapping,
        Length = new FileInfo(file).Length,
        Modified = File.GetLastWriteTimeUtc(file),
    });

    /// <exception cref="CliException">The progress is of another file, source or mapping.</exception>
    public static FeedProgress Resume(string file, string source, string? mapping)
    {
        var fresh = Begin(file, source, mapping);
        State? kept;
        try
        {
            kept = JsonSerializer.Deserialize<State>(File.ReadAllBytes(PathFor(file)));
        }
        catch (JsonException)
        {
            kept = null;
        }

        var same = kept is not null && (kept with { Rows = 0, Bytes = 0 }) == fresh._state;
        return same
            ? new FeedProgress(PathFor(file), kept!)
            : throw new CliException(
                ExitCode.Invalid, "The file, the source or the mapping is not the one that was interrupted.",
                "Feed it from the beginning, without --resume: what is known already is a duplicate and does no harm. "
                + $"Or delete {PathFor(file)}.");
    }

    /// <summary>Everything before this place has been answered.</summary>
    public void Confirm(FeedPlace place)
    {
        var state = _state with { Rows = place.Rows, Bytes = place.Bytes };
        var written = _path + ".new";
        File.WriteAllBytes(written, JsonSerializer.SerializeToUtf8Bytes(state));
        File.Move(written, _path, overwrite: true);
    }

    public void End() => File.Delete(_path);

    private sealed record State
    {
        public required string Source { get; init; }

        public string? Mapping { get; init; }

        public long Length { get; init; }

        public DateTime Modified { get; init; }

        public long Rows { get; init; }

        public long Bytes { get; init; }
    }
}
