using System.Text.Json;

namespace CreditGrains.LocalCluster;

/// <summary>Processes that run, for <c>status</c> and <c>down</c> in another terminal.</summary>
/// <param name="Pid">The process that started the others.</param>
/// <param name="Nodes">Silos, and the gateway.</param>
internal sealed record ClusterFile(int Pid, IReadOnlyList<ClusterFile.Node> Nodes)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Content of a folder's file, if its cluster still runs.</summary>
    public static ClusterFile? Read(string folder)
    {
        try
        {
            var file = JsonSerializer.Deserialize<ClusterFile>(File.ReadAllText(PathIn(folder)), Options);
            return file is not null && IsAlive(file.Pid) ? file : null;
        }
        catch (Exception none) when (none is IOException or JsonException)
        {
            return null;
        }
    }

    public void Write(string folder)
    {
        var path = PathIn(folder);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(this, Options));
        File.Move(path + ".new", path, overwrite: true);
    }

    public static void Remove(string folder) => File.Delete(PathIn(folder));

    public static bool IsAlive(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string PathIn(string folder) => Path.Combine(folder, "cluster.json");

    /// <summary>One process.</summary>
    /// <param name="Name">silo-1, ..., gateway.</param>
    /// <param name="Pid">Its id.</param>
    /// <param name="Url">Where it answers; null while it does not.</param>
    internal sealed record Node(string Name, int Pid, string? Url);
}
