namespace CreditGrains.Api.Limits;

/// <summary>
/// How many requests one client may still make in the window of now. Taking one costs a reading of the clock and an atomic decrement; a
/// window that begins may grant a few too many to requests that meet its first instant together.
/// </summary>
/// <param name="requestsMax">Requests in one window.</param>
/// <param name="windowTicks">Length of a window, in the clock's ticks.</param>
internal sealed class ClientAllowance(int requestsMax, long windowTicks)
{
    private long _window = -1;
    private long _left = requestsMax;

    /// <summary>Takes one at an instant of the clock.</summary>
    /// <returns>How many are left; negative when there was none.</returns>
    public long Take(long now)
    {
        var window = now / windowTicks;
        if (Volatile.Read(ref _window) != window && Interlocked.Exchange(ref _window, window) != window)
            Interlocked.Exchange(ref _left, requestsMax);
        return Interlocked.Decrement(ref _left);
    }
}
