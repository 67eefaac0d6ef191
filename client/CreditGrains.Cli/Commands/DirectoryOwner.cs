using System.ComponentModel;
using System.Diagnostics;

namespace CreditGrains.Cli.Commands;

/// <summary>
/// Gives files that root has written into the data directory of another account, such as a unit's, to that account: its server could not
/// open them otherwise.
/// </summary>
internal static class DirectoryOwner
{
    /// <summary>Gives the store's files in a directory to the directory's owner; does nothing for other users than root.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="files">Patterns of the files' names.</param>
    /// <param name="talk">Told where it fails.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task KeepAsync(
        string directory, IReadOnlyList<string> files, TextWriter talk, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess || !Directory.Exists(directory))
            return;
        var written = files.SelectMany(pattern => Directory.EnumerateFiles(directory, pattern)).ToList();
        if (written.Count == 0)
            return;
        try
        {
            // Behind the point is the directory itself, where its path is a symbolic link, as systemd makes one for a unit's own user.
            // Links among the files are not followed: the account could have put one there.
            using var process = Process.Start(
                "chown", ["--no-dereference", "--from=0", $"--reference={directory}/.", "--", .. written]);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode == 0)
                return;
        }
        catch (Win32Exception)
        {
            // No chown here.
        }

        await talk.WriteLineAsync($"Files in {directory} are root's now: give them to the account that the server runs under.");
    }
}
