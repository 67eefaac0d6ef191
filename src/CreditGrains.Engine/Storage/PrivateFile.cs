namespace CreditGrains.Engine.Storage;

/// <summary>Files and directories that hold secrets or records: for their owner only, whatever the process's umask says.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyDirectory = OwnerOnly | UnixFileMode.UserExecute;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Makes a directory for its owner only (0700); one that is there keeps its rights.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void CreateDirectory(string path)
    {
        if (Directory.Exists(path))
            return;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, OwnerOnlyDirectory);
        File.SetUnixFileMode(path, OwnerOnlyDirectory);
    }

    /// <summary>Opens a file for writing, made for its owner only (0600).</summary>
    /// <exception cref="IOException">The file is there already, or cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>Writes a new file for its owner only, down to the disk.</summary>
    /// <exception cref="IOException">The file is there already, or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var stream = Create(path);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Makes an empty file for its owner only, unless it is there: a program that opens it next keeps its rights.</summary>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static void Touch(string path)
    {
        try
        {
            if (!File.Exists(path))
                Create(path).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
    }

    /// <summary>
    /// Whether others than the owner may read or write a file or directory: its rights as text such as <c>0755</c>; null when not.
    /// </summary>
    public static string? OpenToOthers(string path)
    {
        if (OperatingSystem.IsWindows() || !Path.Exists(path))
            return null;
        var mode = File.GetUnixFileMode(path);
        return (mode & Others) == 0 ? null : $"0{Convert.ToString((int)mode & 511, 8)}";
    }

    /// <summary>The file's bytes; when there is none, those of <paramref name="make"/>, written whole before anybody reads them.</summary>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read or written.</exception>
    public static byte[] ReadOrCreate(string path, Func<byte[]> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        if (File.Exists(path))
            return File.ReadAllBytes(path);
        CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var draft = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():N}";
        try
        {
            Write(draft, make());

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
