using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>The answers to commands of an <see cref="InMemoryStore"/>.</summary>
internal sealed class InMemoryCommandAnswers(InMemoryStore store, InMemoryData data) : ICommandAnswerStore
{
    public Task<CommandAnswer?> FindAsync(string key, CancellationToken cancellation) =>
        store.ReadAsync("CommandAnswers.Find", () => data.CommandAnswers.GetValueOrDefault(key), cancellation);

    public Task<bool> WriteAsync(CommandAnswer answer, long? expected, CancellationToken cancellation) => store.WriteAsync(
        "CommandAnswers.Write",
        () =>
        {
            var version = data.CommandAnswers.GetValueOrDefault(answer.Key)?.Version ?? 0;
            if (expected is not null && version != 0 && version != expected)
                return false;
            data.CommandAnswers[answer.Key] = answer with { Version = version + 1 };
            return true;
        },
        cancellation);

    public Task RemoveAsync(string key, CancellationToken cancellation) =>
        store.WriteAsync("CommandAnswers.Remove", () => data.CommandAnswers.Remove(key), cancellation);

    public Task TrimAsync(DateTimeOffset due, int countMax, long bytesMax, CancellationToken cancellation) => store.WriteAsync(
        "CommandAnswers.Trim",
        () =>
        {
            foreach (var old in data.CommandAnswers.Values.Where(answer => answer.At < due).ToList())
                data.CommandAnswers.Remove(old.Key);
            while (data.CommandAnswers.Count > countMax || data.CommandAnswers.Values.Sum(answer => (long)answer.Bytes) > bytesMax)
            {
                var most = data.CommandAnswers.Values.GroupBy(answer => answer.Owner)
                    .MaxBy(owner => owner.Sum(answer => (long)answer.Bytes))!;
                data.CommandAnswers.Remove(most.MinBy(answer => answer.At)!.Key);
            }

            return true;
        },
        cancellation);
}
