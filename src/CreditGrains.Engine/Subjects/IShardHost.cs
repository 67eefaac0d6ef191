namespace CreditGrains.Engine.Subjects;

/// <summary>The process that works on shards, as one of them sees it.</summary>
internal interface IShardHost
{
    /// <summary>True once the subjects are being closed or were abandoned.</summary>
    bool IsStopping { get; }

    /// <summary>Tells that a subject waits to be written back.</summary>
    void HasDirty();

    /// <summary>Tells that so many appended events are folded.</summary>
    void Folded(int count);
}
