using System.Diagnostics;

namespace CreditGrains.Conformance.Tests.Server;

/// <summary>
/// A disk of a few megabytes in memory, mounted for the length of a test. Only root can mount; other users' tests are skipped.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    private SmallDisk(string path)
    {
        Path = path;
        _filler = System.IO.Path.Combine(path, "filler");
    }

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    public static SmallDisk Mount(int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root on Linux can mount a small disk");
        var path = Directory.CreateTempSubdirectory("credit-disk-").FullName;
        var (code, said) = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path);
        Assert.SkipUnless(code == 0, $"this machine does not let root mount a small disk: {said}");
        return new SmallDisk(path);
    }

    /// <summary>Takes room away.</summary>
    public void Fill(int megabytes) => File.WriteAllBytes(_filler, new byte[megabytes * 1024 * 1024]);

    /// <summary>Takes all room that is left; again, what has become free since.</summary>
    public void FillUp()
    {
        using var filler = File.OpenWrite(_filler);
        filler.Seek(0, SeekOrigin.End);
        try
        {
            for (var block = new byte[4096]; ; )
                RandomAccess.Write(filler.SafeFileHandle, block, filler.Position += block.Length);
        }
        catch (IOException)
        {
            // The disk is full.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Free() => File.Delete(_filler);

    public void MakeReadOnly() => Assert.Equal(0, Run("mount", "-o", "remount,ro", Path).Code);

    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static (int Code, string Said) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said.Trim());
    }
}
