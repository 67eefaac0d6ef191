namespace CreditGrains.Development.Postgres;

/// <summary>How a server is brought down.</summary>
public enum StopMode
{
    /// <summary>Connections are cut, open transactions undone, everything is written.</summary>
    Fast,

    /// <summary>Like a crash of the server: it recovers from its log when it starts again.</summary>
    Immediate,

    /// <summary>SIGKILL.</summary>
    Kill,
}
