namespace CreditGrains.Benchmarks;

/// <summary>Target of load: a server, or the nodes of a cluster.</summary>
public interface IServed
{
    /// <summary>Where requests go that are for one node.</summary>
    Uri Address { get; }

    /// <summary>Every node: the connections of a load are spread over them.</summary>
    IReadOnlyList<Uri> Addresses { get; }

    /// <summary>CPU that all of its processes have used so far; not the database's.</summary>
    TimeSpan Cpu { get; }

    /// <summary>A development token.</summary>
    string Token(string role, string? source = null);

    /// <summary>Where it stands, all of its processes together.</summary>
    Task<ServerStatus> StatusAsync();
}
