using System.Runtime.InteropServices;

namespace CreditGrains.Engine.Storage;

/// <summary>Runs work on a thread of its own that gets the processor after those that answer, where the system lets it.</summary>
public static class YieldingThread
{
    private const int OfThread = 0;
    private const int Calling = 0;

    // A tenth of the weight of a thread that answers: it still gets on where all processors are busy.
    private const int Niceness = 10;

    /// <inheritdoc cref="RunAsync{T}"/>
    public static Task RunAsync(string name, Action work) => RunAsync(
        name,
        () =>
        {
            work();
            return true;
        });

    /// <summary>Runs work; the task ends with it.</summary>
    /// <param name="name">The thread's, as tools show it.</param>
    /// <param name="work">May block.</param>
    public static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var ended = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            GiveWay();
            try
            {
                ended.SetResult(work());
            }
            catch (OperationCanceledException cancelled)
            {
                ended.SetCanceled(cancelled.CancellationToken);
            }
            catch (Exception fault)
            {
                ended.SetException(fault);
            }
        })
        {
            Name = name,
            IsBackground = true,
        }.Start();
        return ended.Task;
    }

    private static void GiveWay()
    {
        // .NET passes priorities on to Windows only.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(OfThread, Calling, Niceness);
        else
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int niceness);
}
