using System.Globalization;

namespace CreditGrains.Benchmarks;

/// <summary>CPU time of other processes, from /proc.</summary>
public static class ProcessCpu
{
    private const double TicksPerSecond = 100; // USER_HZ, fixed for programs

    /// <summary>User and system time of one process.</summary>
    public static TimeSpan Of(int process) => Read(process) is { } stat ? Seconds(stat.Own) : TimeSpan.Zero;

    /// <summary>Of a process and its children, those included that have ended.</summary>
    public static TimeSpan OfFamily(int process)
    {
        var ticks = Read(process) is { } parent ? parent.Own + parent.EndedChildren : 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && Read(id) is { } stat && stat.Parent == process)
                ticks += stat.Own;
        }

        return Seconds(ticks);
    }

    private static TimeSpan Seconds(long ticks) => TimeSpan.FromSeconds(ticks / TicksPerSecond);

    private static (int Parent, long Own, long EndedChildren)? Read(int process)
    {
        try
        {
            // The name in brackets may hold spaces; after it the fields are counted from the state.
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int at) => long.Parse(fields[at], CultureInfo.InvariantCulture);
            return ((int)Field(1), Field(11) + Field(12), Field(13) + Field(14));
        }
        catch (IOException)
        {
            return null; // the process has ended meanwhile
        }
    }
}
