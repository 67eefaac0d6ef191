using CreditGrains.Domain.Assessment;

namespace CreditGrains.Engine.Storage;

/// <summary>One database with all ports. Opening it checks and upgrades its schema.</summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>Number of shards, chosen when the store was created.</summary>
    int ShardCount { get; }

    /// <summary>How many appends to the journal, of different shards, are worth making at once; at least 1.</summary>
    int AppendLanes => 1;

    /// <summary>Random name of this store's life: tokens of another one are refused, not misread.</summary>
    uint Incarnation { get; }

    /// <summary>
    /// Incarnations that the data had before they were put back from a copy, the oldest first. What the store itself keeps by numbers of
    /// one of these was put back together with the numbers, and still holds.
    /// </summary>
    IReadOnlyList<uint> FormerIncarnations => [];

    /// <summary>Small integers for repeating strings, shared by all packed states of the store.</summary>
    SymbolTable Symbols { get; }

    IJournal Journal { get; }

    ISubjectStore Subjects { get; }

    IQuarantine Quarantine { get; }

    IAccessLog AccessLog { get; }

    IIdentifierExceptionStore IdentifierExceptions { get; }

    IControlStore Control { get; }

    IJobStore Jobs { get; }

    ICommandAnswerStore CommandAnswers { get; }
}
