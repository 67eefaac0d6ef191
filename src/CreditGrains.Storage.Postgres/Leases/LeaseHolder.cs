using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace CreditGrains.Storage.Postgres.Leases;

/// <summary>Holder of a lease: enough to name it to a person, and to see from the same machine that it is gone.</summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Machine">Identity of machine, start and container, where the system tells; process ids mean something only where this is
/// equal.</param>
/// <param name="Pid">Process id.</param>
/// <param name="Started">When the process started, as the system counts.</param>
/// <param name="Since">When it opened the store.</param>
/// <param name="Key">One opening of the store, different from all others.</param>
internal sealed record LeaseHolder(string Host, string Machine, int Pid, long Started, DateTimeOffset Since, Guid Key)
{
    /// <summary>This process, for one opening of the store.</summary>
    public static LeaseHolder Here(DateTimeOffset now) => new(
        Environment.MachineName, MachineId(), Environment.ProcessId, StartOf(Environment.ProcessId) ?? 0, now, Guid.NewGuid());

    public static LeaseHolder? Parse(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<LeaseHolder>(text);
        }
        catch (JsonException)
        {
            // A text that is none of ours: its lease runs out by the clock.
            return null;
        }
    }

    public string Write() => JsonSerializer.Serialize(this);

    /// <summary>Whether the holder was a process of this machine that has ended.</summary>
    public bool IsGone() => Machine.Length > 0 && Machine == MachineId() && StartOf(Pid) != Started;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"process {Pid} on {Host}, since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");

    private static long? StartOf(int pid)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // Field 22, counted behind the program's name, which may hold anything.
                var stat = File.ReadAllText($"/proc/{pid}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
            }

            using var process = Process.GetProcessById(pid);
            return process.StartTime.Ticks;
        }
        catch (Exception gone) when (gone is IOException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
        catch (Exception hidden) when (hidden is UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return 0;
        }
    }

    private static string MachineId()
    {
        if (!OperatingSystem.IsLinux())
            return Environment.MachineName;
        try
        {
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            return $"{boot}/{File.ResolveLinkTarget("/proc/self/ns/pid", false)?.Name}";
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
