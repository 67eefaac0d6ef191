using System.Runtime.InteropServices;

namespace CreditGrains.Engine.Access;

/// <summary>Starts threads that get the processor after those that answer, where the system lets them.</summary>
internal static class YieldingThread
{
    private const int OfThread = 0;
    private const int Calling = 0;

    // A tenth of the weight of a thread that answers: it still gets on where all processors are busy.
    private const int Niceness = 10;

    public static void Start(string name, Action run) => new Thread(() =>
    {
        // .NET passes priorities on to Windows only.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(OfThread, Calling, Niceness);
        run();
    })
    {
        Name = name,
        IsBackground = true,
        Priority = ThreadPriority.BelowNormal,
    }.Start();

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int niceness);
}
