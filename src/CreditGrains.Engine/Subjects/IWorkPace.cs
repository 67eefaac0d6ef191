namespace CreditGrains.Engine.Subjects;

/// <summary>How fast bulk work goes beside live requests: in steps, of which it is told how large they may be and when.</summary>
internal interface IWorkPace : IDisposable
{
    /// <summary>Whether steps are to be small, since others are served.</summary>
    bool IsGentle { get; }

    /// <summary>Makes a step when there is room, and rests after it where others are served.</summary>
    Task<T> StepAsync<T>(Func<Task<T>> step, CancellationToken cancellation);
}
