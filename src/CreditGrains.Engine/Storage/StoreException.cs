namespace CreditGrains.Engine.Storage;

/// <summary>The store could not do what was asked: full, read-only, locked, damaged or unreachable. The message says what to do.</summary>
public class StoreException : Exception
{
    public StoreException(string message, Exception? inner = null)
        : this(message, StoreFault.Unavailable, inner)
    {
    }

    public StoreException(string message, StoreFault fault, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>The fault, for the error code of the answer.</summary>
    public StoreFault Fault { get; }
}

/// <summary>A (source, id, revision) that was to be appended is already in the journal.</summary>
public sealed class DuplicateRevisionException(string message, Exception? inner = null)
    : StoreException(message, StoreFault.Conflict, inner);

/// <summary>Another writer changed the subject or shard meanwhile; read again.</summary>
public sealed class WriteConflictException(string message, Exception? inner = null)
    : StoreException(message, StoreFault.Conflict, inner);
