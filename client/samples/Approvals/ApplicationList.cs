using System.Collections.Concurrent;
using System.Globalization;

namespace CreditGrains.Samples.Approvals;

/// <summary>Applications of the office; a real one has a database.</summary>
public sealed class ApplicationList
{
    private readonly ConcurrentDictionary<string, Application> _byNumber = new(StringComparer.Ordinal);
    private int _last;

    public int Count => _byNumber.Count;

    /// <summary>The application; null when there is none of this number.</summary>
    public Application? Find(string number) => _byNumber.GetValueOrDefault(number);

    internal string NextNumber() => Interlocked.Increment(ref _last).ToString("D6", CultureInfo.InvariantCulture);

    internal void Add(Application application) => _byNumber[application.Number] = application;
}
