using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace CreditGrains.Engine.Storage;

/// <summary>
/// Tells a file from its copy: inode and instant of birth, which no program can set. Empty where the system does not say; what is written
/// over the file in place leaves it the same.
/// </summary>
internal static class FileIdentity
{
    private const int CurrentDirectory = -100;
    private const uint InodeAndBirth = 0x100 | 0x800;
    private const int InodeAt = 32;
    private const int BirthAt = 80;

    public static string Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return File.GetCreationTimeUtc(path).Ticks.ToString(CultureInfo.InvariantCulture);
        var found = new byte[256];
        try
        {
            if (Statx(CurrentDirectory, Encoding.UTF8.GetBytes(Path.GetFullPath(path) + '\0'), 0, InodeAndBirth, found) != 0)
                return string.Empty;
        }
        catch (EntryPointNotFoundException)
        {
            return string.Empty;
        }

        // struct statx is the same on all machines but for the order of bytes, and .NET runs on little-endian Linux or says so.
        var inode = MemoryMarshal.Read<ulong>(found.AsSpan(InodeAt));
        var (seconds, nanoseconds) = (MemoryMarshal.Read<long>(found.AsSpan(BirthAt)), MemoryMarshal.Read<uint>(found.AsSpan(BirthAt + 8)));
        return string.Create(CultureInfo.InvariantCulture, $"{inode}:{seconds}.{nanoseconds:d9}");
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, byte[] path, int flags, uint mask, [Out] byte[] found);
}
