using System.Diagnostics.CodeAnalysis;
using CreditGrains.Storage.Contract;

namespace CreditGrains.Engine.Tests.Simulation;

/// <summary>
/// Makes the order in which the engine's own tasks meet a matter of the seed, as far as that goes: the n-th call of each kind is let
/// through, put behind what else is ready, or held until so many further calls of the store have come. A call that all others wait for
/// is let go after some milliseconds, so which of two ready tasks runs first, and how long a hold lasts where nothing else is asked, stay
/// outside the seed.
/// </summary>
/// <param name="seed">Of the simulation.</param>
internal sealed class SeededPauses(int seed)
{
    private const int CallsMax = 12;
    private static readonly TimeSpan HoldMax = TimeSpan.FromMilliseconds(4);
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Call, FaultPoint Point), Random> _draws = [];
    private readonly PriorityQueue<TaskCompletionSource, long> _held = new();
    private long _calls;
    private int _holds;
    private HeldCall? _asked;

    /// <summary>Number of calls that were held.</summary>
    public int Holds => Volatile.Read(ref _holds);

    /// <summary>Calls that <see cref="InMemoryStore.Pause"/> receives.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "Drawn by the seed.")]
    public Task At(string call, FaultPoint point)
    {
        TaskCompletionSource? hold = null;
        List<TaskCompletionSource>? due = null;
        int drawn;
        lock (_gate)
        {
            if (point == FaultPoint.Before && _asked?.Call == call)
            {
                var asked = _asked;
                _asked = null;
                asked.Reached.SetResult();
                return asked.Released.Task;
            }

            _calls++;
            while (_held.TryPeek(out _, out var until) && until <= _calls)
                (due ??= []).Add(_held.Dequeue());
            if (!_draws.TryGetValue((call, point), out var draws))
                _draws[(call, point)] = draws = new Random(HashOf(call, (seed * 2) + (int)point));
            drawn = draws.Next(100);
            if (drawn < 12)
            {
                hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _held.Enqueue(hold, _calls + draws.Next(1, CallsMax + 1));
                _holds++;
            }
        }

        foreach (var held in due ?? [])
            held.TrySetResult();
        return hold is not null ? HoldAsync(hold.Task) : drawn < 30 ? YieldAsync() : Task.CompletedTask;
    }

    /// <summary>Has the next call of a kind wait, before it does anything, until it is released.</summary>
    public HeldCall HoldNext(string call)
    {
        lock (_gate)
            return _asked = new HeldCall(call);
    }

    /// <summary>Lets go, and holds no later call if none has come.</summary>
    public void Release(HeldCall held)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_asked, held))
                _asked = null;
        }

        held.Released.TrySetResult();
    }

    private static async Task HoldAsync(Task hold) =>
        await hold.WaitAsync(HoldMax).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static async Task YieldAsync() => await Task.Yield();

    /// <summary>The same in every process, unlike a text's own hash.</summary>
    private static int HashOf(string call, int start)
    {
        var hash = start;
        foreach (var character in call)
            hash = unchecked((hash * 31) + character);
        return hash;
    }

    /// <summary>A call that waits, or will.</summary>
    /// <param name="Call">Its kind.</param>
    internal sealed record HeldCall(string Call)
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
