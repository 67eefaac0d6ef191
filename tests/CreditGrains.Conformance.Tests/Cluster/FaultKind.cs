namespace CreditGrains.Conformance.Tests.Cluster;

/// <summary>Fault of a silo.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL, and a new one in its place.</summary>
    Kill,

    /// <summary>SIGSTOP until the others have taken over, then SIGCONT.</summary>
    Pause,

    /// <summary>SIGTERM, and a new one in its place.</summary>
    Restart,
}
