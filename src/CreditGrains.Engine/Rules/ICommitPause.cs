namespace CreditGrains.Engine.Rules;

/// <summary>Holds commits up while the rules that events are read by become others.</summary>
internal interface ICommitPause
{
    /// <summary>Runs work beside which nothing is admitted or appended: waiting events are admitted by the rules in force then.</summary>
    Task<T> WithoutCommitsAsync<T>(Func<Task<T>> work, CancellationToken cancellation);
}
