using CreditGrains.Domain.Subjects;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Due subjects of one shard that cannot be assessed. Each is tried again after a minute, then after pauses that double up to an hour, so
/// that it neither holds up the others nor fills the log. For one sweep at a time.
/// </summary>
internal sealed class SetAsideSubjects
{
    /// <summary>Most subjects; a shard with more is swept no further until some can be assessed again.</summary>
    public const int Max = 10_000;

    private static readonly TimeSpan PauseMin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromHours(1);
    private readonly Dictionary<SubjectId, (TimeSpan Pause, DateTimeOffset Next)> _subjects = [];

    public int Count => _subjects.Count;

    public bool IsFull => Count >= Max;

    /// <summary>Whether it is not to be tried yet.</summary>
    public bool IsResting(SubjectId subject, DateTimeOffset now) =>
        _subjects.TryGetValue(subject, out var known) && now < known.Next && known.Next - now <= known.Pause;

    /// <summary>The subject has been tried and is still due.</summary>
    public void Add(SubjectId subject, DateTimeOffset now)
    {
        var pause = _subjects.TryGetValue(subject, out var known) ? known.Pause * 2 : PauseMin;
        pause = pause < PauseMax ? pause : PauseMax;
        _subjects[subject] = (pause, now + pause);
    }

    /// <summary>Forgets those that are due no more.</summary>
    public void KeepOnly(IEnumerable<SubjectId> due)
    {
        if (_subjects.Count == 0)
            return;
        var still = due.ToHashSet();
        foreach (var subject in _subjects.Keys.Where(subject => !still.Contains(subject)).ToList())
            _subjects.Remove(subject);
    }
}
