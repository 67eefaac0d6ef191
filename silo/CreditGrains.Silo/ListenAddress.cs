namespace CreditGrains.Silo;

/// <summary>One address to listen on, as Kestrel has read it.</summary>
/// <param name="Url">Written so that nothing is left to be read in another way.</param>
/// <param name="IsLoopback">Reached from this machine only.</param>
/// <param name="IsEncrypted">By https.</param>
internal sealed record ListenAddress(string Url, bool IsLoopback, bool IsEncrypted);
