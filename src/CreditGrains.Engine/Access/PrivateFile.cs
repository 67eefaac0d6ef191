namespace CreditGrains.Engine.Access;

/// <summary>Small secret files of the data directory: readable and writable by their owner only.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The file's bytes; when there is none, those of <paramref name="make"/>, written whole before anybody reads them.</summary>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read or written.</exception>
    public static byte[] ReadOrCreate(string path, Func<byte[]> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        if (File.Exists(path))
            return File.ReadAllBytes(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var draft = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var stream = new FileStream(draft, options))
            {
                stream.Write(make());
                stream.Flush(flushToDisk: true);
            }

            // Server and command line may both be first: one of them wins, and both read what the winner wrote.
            if (!File.Exists(path))
                File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // The other one won.
        }
        finally
        {
            File.Delete(draft);
        }

        return File.ReadAllBytes(path);
    }
}
