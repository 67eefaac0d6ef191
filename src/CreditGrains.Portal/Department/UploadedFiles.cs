using CreditGrains.Engine.Storage;
using CreditGrains.Api;
using CreditGrains.Engine.AccessLog;

namespace CreditGrains.Portal.Department;

/// <summary>
/// Files that are being reported, for as long as that takes: they are read more than once (what they are encoded in is told by all of
/// them), so they lie in the data directory, for its owner only. What a crash left behind goes with the next upload a day later.
/// </summary>
internal sealed class UploadedFiles(ApiOptions options, TimeProvider time)
{
    private static readonly TimeSpan LeftBehindAfter = TimeSpan.FromDays(1);

    private string Folder => Path.Combine(options.DataDirectory, "uploads");

    /// <summary>A new file; its disposal removes it.</summary>
    public UploadedFile Make()
    {
        PrivateFile.CreateDirectory(Folder);
        foreach (var left in Directory.EnumerateFiles(Folder))
        {
            if (time.GetUtcNow() - File.GetLastWriteTimeUtc(left) > LeftBehindAfter)
                File.Delete(left);
        }

        return new UploadedFile(Path.Combine(Folder, $"{Guid.NewGuid():N}.part"));
    }
}

/// <summary>One file under way.</summary>
/// <param name="Path">Where it lies.</param>
internal sealed record UploadedFile(string Path) : IDisposable
{
    public void Dispose() => File.Delete(Path);
}
