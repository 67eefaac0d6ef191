using CreditGrains.Cluster.Contracts;

namespace CreditGrains.Cluster.Grains;

/// <summary>
/// The answers to the last operations of one shard: a call that was not answered in time is answered when it is repeated.
/// </summary>
internal sealed class RecentAnswers
{
    private const int Max = 256;
    private readonly Dictionary<Guid, Task<AppendReply>> _answers = [];
    private readonly Queue<Guid> _order = new();

    public Task<AppendReply>? Find(Guid operation) => operation == Guid.Empty ? null : _answers.GetValueOrDefault(operation);

    public void Keep(Guid operation, Task<AppendReply> answer)
    {
        if (operation == Guid.Empty || answer.IsCompleted && answer.Result.Fault is not null)
            return;
        if (_answers.TryAdd(operation, answer))
            _order.Enqueue(operation);
        if (_order.Count > Max)
            _answers.Remove(_order.Dequeue());
    }

    public void Forget(Guid operation) => _answers.Remove(operation);
}
