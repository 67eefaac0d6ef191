using CreditGrains.Engine.Storage;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using CreditGrains.Engine.AccessLog;

namespace CreditGrains.Engine.Backups;

/// <summary>
/// A backup: a zip file of the store's data and a manifest with their SHA-256. It is written beside its name and gets it at the end, so
/// that half a backup is never taken for one; it is readable by its owner only, since it holds records, secrets and keys.
/// </summary>
public static class BackupFile
{
    private const string DataEntry = "store";
    private const string ManifestEntry = "backup.json";
    private const int ManifestBytesMax = 64 * 1024;
    private const int CopyBytes = 128 * 1024;

    /// <summary>Writes a backup.</summary>
    /// <param name="path">Its name; nothing may be there yet.</param>
    /// <param name="manifest">Without length and checksum.</param>
    /// <param name="level">How the data are compressed; not at all where they are already.</param>
    /// <param name="write">Writes the data.</param>
    /// <param name="progress">Told of the bytes written so far.</param>
    /// <param name="cancellation">Gives up and leaves nothing.</param>
    /// <returns>The whole manifest.</returns>
    /// <exception cref="BackupException">There is a file of that name.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async Task<BackupManifest> WriteAsync(
        string path, BackupManifest manifest, CompressionLevel level, Func<Stream, CancellationToken, Task> write, Action<long>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(write);
        RequireFree(path);
        var draft = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            BackupManifest whole;
            await using (var file = PrivateFile.Create(draft))
            {
                await using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
                {
                    using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                    var data = await zip.CreateEntry(DataEntry, level).OpenAsync(cancellation).ConfigureAwait(false);
                    await using var counted = new CountedStream(data, hash, progress);
                    await write(counted, cancellation).ConfigureAwait(false);
                    await counted.DisposeAsync().ConfigureAwait(false);
                    whole = manifest with { Bytes = counted.Count, Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()) };
                    await using var said = await zip.CreateEntry(ManifestEntry).OpenAsync(cancellation).ConfigureAwait(false);
                    await JsonSerializer.SerializeAsync(said, whole, BackupJson.Default.BackupManifest, cancellation).ConfigureAwait(false);
                }

                file.Flush(flushToDisk: true);
            }

            RequireFree(path);
            File.Move(draft, path, overwrite: false);
            return whole;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Reads a backup to its end and holds it against its checksum.</summary>
    /// <exception cref="BackupException">The file is no backup, is damaged, or of a newer form.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<BackupManifest> VerifyAsync(string path, Action<long>? progress, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0L;
        var manifest = await ReadAsync(
            path,
            async (_, data) =>
            {
                var buffer = new byte[CopyBytes];
                int read;
                while ((read = await data.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
                {
                    hash.AppendData(buffer, 0, read);
                    count += read;
                    progress?.Invoke(count);
                }
            },
            cancellation).ConfigureAwait(false);
        return count == manifest.Bytes && Convert.ToHexStringLower(hash.GetHashAndReset()) == manifest.Sha256
            ? manifest
            : throw new BackupException($"{path} is damaged: its data are not those that were written. Take another backup.");
    }

    /// <summary>Reads a backup's data without holding them against the checksum.</summary>
    /// <exception cref="BackupException">The file is no backup, is damaged, or of a newer form.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<BackupManifest> ReadAsync(
        string path, Func<BackupManifest, Stream, Task> read, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            await using var zip = await ZipFile.OpenReadAsync(path, cancellation).ConfigureAwait(false);
            if (zip.GetEntry(ManifestEntry) is not { Length: <= ManifestBytesMax } said || zip.GetEntry(DataEntry) is not { } data)
                throw new BackupException($"{path} is no backup of credit.");
            await using var text = await said.OpenAsync(cancellation).ConfigureAwait(false);
            var manifest = await JsonSerializer.DeserializeAsync(text, BackupJson.Default.BackupManifest, cancellation)
                .ConfigureAwait(false)
                ?? throw new BackupException($"{path} is no backup of credit.");
            if (manifest.Form > BackupManifest.NewestForm)
            {
                throw new BackupException(
                    $"{path} has form {manifest.Form}, this program knows {BackupManifest.NewestForm}: install the newer program.");
            }

            await using var content = await data.OpenAsync(cancellation).ConfigureAwait(false);
            await read(manifest, content).ConfigureAwait(false);
            return manifest;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or JsonException)
        {
            throw new BackupException($"{path} is no backup of credit, or is damaged: {damaged.Message}", damaged);
        }
    }

    /// <exception cref="BackupException">There is a file of that name.</exception>
    public static void RequireFree(string path)
    {
        if (Path.Exists(path))
            throw new BackupException($"{path} is there already: a backup replaces no file. Choose another name.");
    }

    /// <summary>Counts and hashes what goes through.</summary>
    private sealed class CountedStream(Stream inner, IncrementalHash hash, Action<long>? progress) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => Count;
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            inner.Write(buffer, offset, count);
            Passed(buffer.AsSpan(offset, count));
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            Passed(buffer.Span);
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }

        private void Passed(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            Count += bytes.Length;
            progress?.Invoke(Count);
        }
    }
}
