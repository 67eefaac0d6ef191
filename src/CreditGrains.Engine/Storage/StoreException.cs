namespace CreditGrains.Engine.Storage;

/// <summary>The store could not do what was asked: full, read-only, locked, damaged or unreachable. The message says what to do.</summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A (source, id, revision) that was to be appended is already in the journal.</summary>
public sealed class DuplicateRevisionException(string message, Exception? inner = null) : StoreException(message, inner);

/// <summary>Somebody else wrote the subject or shard meanwhile; read again.</summary>
public sealed class WriteConflictException(string message, Exception? inner = null) : StoreException(message, inner);
