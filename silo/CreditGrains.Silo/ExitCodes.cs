namespace CreditGrains.Silo;

/// <summary>Exit codes of the server process.</summary>
public static class ExitCodes
{
    /// <summary>Stopped cleanly.</summary>
    public const int Stopped = 0;

    /// <summary>An unexpected fault.</summary>
    public const int Fault = 1;

    /// <summary>Options that cannot be used, or that this build does not have.</summary>
    public const int Usage = 2;

    /// <summary>The rulebook has mistakes.</summary>
    public const int Rulebook = 3;

    /// <summary>The data directory or the database cannot be used.</summary>
    public const int Data = 4;

    /// <summary>Another server uses the data, or has taken it over.</summary>
    public const int DataInUse = 5;

    /// <summary>The address cannot be listened on.</summary>
    public const int Address = 6;

    /// <summary>The cluster refuses this process, or none of its silos can be reached.</summary>
    public const int Cluster = 7;
}
