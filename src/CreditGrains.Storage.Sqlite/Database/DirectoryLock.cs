using CreditGrains.Engine.AccessLog;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Sqlite.Database;

/// <summary>
/// Holds the database for this process as long as it lives: the operating system gives the lock back however the process ends.
/// SQLite's own locks do not do this, since they let two servers write in turn, each with an outdated memory.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="StoreException">Another process has it, or the folder may not be written.</exception>
    public static DirectoryLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(databasePath))!;
            PrivateFile.CreateDirectory(folder);
            PrivateFile.Touch(path);
            return new DirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new StoreException(
                $"The data directory of {databasePath} may not be written: check its rights.", StoreFault.ReadOnly, failure);
        }
        catch (IOException failure) when (File.Exists(path) && !IsReadOnly(failure))
        {
            throw new StoreException(
                $"Another server is using this data directory ({databasePath}): stop it, or choose another directory.",
                StoreFault.Busy,
                failure);
        }
        catch (IOException failure)
        {
            throw new StoreException(
                $"The data directory of {databasePath} cannot be used: {failure.Message}",
                IsReadOnly(failure) ? StoreFault.ReadOnly : StoreFault.Unavailable,
                failure);
        }
    }

    public void Dispose() => _file.Dispose();

    private static bool IsReadOnly(IOException failure) =>
        failure.Message.Contains("Read-only file system", StringComparison.OrdinalIgnoreCase);
}
