using System.ComponentModel;
using System.Diagnostics;

namespace CreditGrains.Cli.Commands;

/// <summary>
/// Gives files that root has written into the data directory of another account, such as a unit's, to that account: its server could not
/// open them otherwise.
/// </summary>
internal static class DirectoryOwner
{
    /// <summary>Gives everything in a directory to the directory's owner; does nothing for other users than root.</summary>
    public static async Task KeepAsync(string directory, TextWriter talk, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess || !Directory.Exists(directory))
            return;
        try
        {
            // With the point the target of a symbolic link, as systemd makes one for a unit's own user.
            using var process = Process.Start("chown", ["--recursive", $"--reference={directory}/.", $"{directory}/."]);
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
