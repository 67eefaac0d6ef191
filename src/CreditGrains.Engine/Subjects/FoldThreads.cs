using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Where the shards of this process fold: one group commit brings events to all of them at once, and as many batches in the thread pool's
/// queue would hold up each check by their sum (R8: 160 feeds at once made checks wait there for 50 ms in the median).
/// </summary>
internal static class FoldThreads
{
    /// <summary>Fewer events than these are folded where they stand: the way to another thread would take as long.</summary>
    private const int FewEvents = 8;

    private static readonly WorkThreads Threads = new("fold", Environment.ProcessorCount);

    /// <summary>Begins a queue's loop.</summary>
    /// <param name="drain">The loop; it does not throw.</param>
    public static void Post(Action drain) => Threads.Post(drain);

    /// <summary>Folds: here where the calling thread is one of these, or where there is little.</summary>
    /// <param name="events">How many are folded.</param>
    /// <param name="work">The fold.</param>
    public static Task RunAsync(int events, Action work)
    {
        if (events >= FewEvents && !WorkThreads.IsCurrent)
        {
            return Threads.RunAsync(() =>
            {
                work();
                return true;
            });
        }

        work();
        return Task.CompletedTask;
    }
}
