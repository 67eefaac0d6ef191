
namespace CreditGrains.Engine.Subjects;

/// <summary>Takes the batches of a <see cref="FoldQueue"/>.</summary>
internal interface IFoldTarget
{
    /// <summary>Closed, abandoned or lost: a batch that fails is not tried again.</summary>
    bool IsEnding { get; }

    /// <summary>Folds a batch; a fault means that none of it counts as folded, and the same batch comes again.</summary>
    Task FoldAsync(List<FoldItem> batch);

    /// <summary>So many events have left the queue.</summary>
    void Passed(int count);
}
