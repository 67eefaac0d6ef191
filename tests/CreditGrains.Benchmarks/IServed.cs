namespace CreditGrains.Benchmarks;

/// <summary>What load is put on: a server, or a cluster behind its gateway.</summary>
public interface IServed
{
    /// <summary>Where requests go.</summary>
    Uri Address { get; }

    /// <summary>CPU that all of its processes have used so far; not the database's.</summary>
    TimeSpan Cpu { get; }

    /// <summary>A development token.</summary>
    string Token(string role, string? source = null);

    /// <summary>Where it stands, all of its processes together.</summary>
    Task<ServerStatus> StatusAsync();
}
