using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;

namespace CreditGrains.Conformance.Tests.Cluster;

/// <summary>
/// A network namespace for each silo, on one bridge with this machine, so that a cable can be pulled. Only root can make them; other users'
/// tests are skipped.
/// </summary>
internal sealed class SiloNetwork : IDisposable
{
    private const string Prefix = "cg";
    private readonly string _name;
    private readonly string _subnet;
    private readonly int _silos;

    private SiloNetwork(int process, int silos)
    {
        _name = $"{Prefix}{process}";
        _subnet = FreeSubnet(process);
        _silos = silos;
    }

    /// <summary>This machine, as the silos see it.</summary>
    public string Here => $"{_subnet}.1";

    /// <summary>The addresses that may call a database on this machine.</summary>
    public string Range => $"{_subnet}.0/24";

    public static SiloNetwork Make(int silos)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root on Linux can make network namespaces");
        RemoveLeftovers(silos);
        var network = new SiloNetwork(Environment.ProcessId, silos);
        try
        {
            network.Build();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    public string AddressOf(int silo) => $"{_subnet}.{silo + 10}";

    /// <summary>Prefix of a command that is to run on a silo's side.</summary>
    public string[] Enter(int silo) => ["ip", "netns", "exec", SpaceOf(silo)];

    /// <summary>Pulls a silo's cable: nothing arrives any more, and nobody is told.</summary>
    public void Cut(int silo) => Must("link", "set", CableOf(silo), "down");

    /// <summary>Plugs it in again.</summary>
    public void Heal(int silo) => Must("link", "set", CableOf(silo), "up");

    public void Dispose()
    {
        for (var silo = 0; silo < _silos; silo++)
        {
            Run("link", "del", CableOf(silo));
            Run("netns", "del", SpaceOf(silo));
        }

        Run("link", "del", _name);
    }

    /// <summary>Remains of a killed run: it would go on answering for its addresses.</summary>
    private static void RemoveLeftovers(int silos)
    {
        foreach (var name in NetworkInterface.GetAllNetworkInterfaces().Select(found => found.Name))
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && !Directory.Exists($"/proc/{process}"))
                new SiloNetwork(process, silos).Dispose();
        }
    }

    /// <summary>A range that nothing on this machine has, so that two runs at once do not answer for each other's silos.</summary>
    private static string FreeSubnet(int process)
    {
        var taken = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(found => found.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address.ToString())
            .ToList();
        return Enumerable.Range(0, 256)
            .Select(step => $"10.213.{(process + step) % 256}")
            .First(subnet => !taken.Any(address => address.StartsWith(subnet + '.', StringComparison.Ordinal)));
    }

    private void Build()
    {
        var (code, said) = Run("link", "add", _name, "type", "bridge");
        Assert.SkipUnless(code == 0, $"this machine does not let root make a network: {said}");
        Must("addr", "add", $"{Here}/24", "dev", _name);
        Must("link", "set", _name, "up");
        for (var silo = 0; silo < _silos; silo++)
        {
            (code, said) = Run("netns", "add", SpaceOf(silo));
            Assert.SkipUnless(code == 0, $"this machine does not let root make network namespaces: {said}");
            Must("link", "add", CableOf(silo), "type", "veth", "peer", "name", "eth0", "netns", SpaceOf(silo));
            Must("link", "set", CableOf(silo), "master", _name);
            Must("link", "set", CableOf(silo), "up");
            Must("-n", SpaceOf(silo), "link", "set", "lo", "up");
            Must("-n", SpaceOf(silo), "addr", "add", $"{AddressOf(silo)}/24", "dev", "eth0");
            Must("-n", SpaceOf(silo), "link", "set", "eth0", "up");
        }
    }

    private string SpaceOf(int silo) => $"{_name}-{silo}";

    private string CableOf(int silo) => $"{_name}v{silo}";

    private static void Must(params string[] arguments)
    {
        var (code, said) = Run(arguments);
        Assert.True(code == 0, $"ip {string.Join(' ', arguments)}: {said}");
    }

    private static (int Code, string Said) Run(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, said.Trim());
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (127, missing.Message);
        }
    }
}
