using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="ICommandAnswerStore"/>.</summary>
public abstract class CommandAnswerContract(IStoreHost host) : StoreContract(host)
{
    private ICommandAnswerStore Answers => Store.CommandAnswers;

    [Fact]
    public async Task Answer_is_kept_whole_and_survives_a_kill()
    {
        Assert.Null(await Answers.FindAsync("k", Cancellation));
        var answer = Answer("k", "ada", 0) with
        {
            FirstAt = Start.AddTicks(-7),
            IsUncertain = true,
            Status = 201,
            ContentType = "application/json",
            Location = "/v1/policies/2026.3",
            ETag = "\"x\"",
            Body = [0, 1, 255],
        };
        Assert.True(await Answers.WriteAsync(answer, 0, Cancellation));
        await ReopenAfterKillAsync();
        var kept = (await Answers.FindAsync("k", Cancellation))!;
        Assert.Equal(answer.Body, kept.Body);
        Assert.Equal(answer with { Version = 1, Body = kept.Body }, kept);
        await Answers.RemoveAsync("k", Cancellation);
        Assert.Null(await Answers.FindAsync("k", Cancellation));
    }

    [Fact]
    public async Task Write_unexpected_version_changes_nothing()
    {
        Assert.True(await Answers.WriteAsync(Answer("k", "ada", 0), 0, Cancellation));
        Assert.False(await Answers.WriteAsync(Answer("k", "bob", 0), 0, Cancellation));
        Assert.False(await Answers.WriteAsync(Answer("k", "bob", 0), 2, Cancellation));
        Assert.Equal("ada", (await Answers.FindAsync("k", Cancellation))!.Owner);
        Assert.True(await Answers.WriteAsync(Answer("k", "bob", 0), 1, Cancellation));
        Assert.True(await Answers.WriteAsync(Answer("k", "eve", 0), null, Cancellation));
        var kept = (await Answers.FindAsync("k", Cancellation))!;
        Assert.Equal(("eve", 3), (kept.Owner, kept.Version));
    }

    [Fact]
    public async Task Key_taken_by_many_at_once_is_one_writers()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Answers.WriteAsync(Answer("k", $"{i}", 0), 0, Cancellation)));
        Assert.Single(taken, won => won);
    }

    [Fact]
    public async Task Trim_forgets_what_is_old_and_the_oldest_of_the_owner_with_most()
    {
        await PutAsync("old", "ada", -1, 0);
        await PutAsync("ada", "ada", 0, 100);
        for (var i = 0; i < 5; i++)
            await PutAsync($"bob-{i}", "bob", i, 1000);
        await Answers.TrimAsync(Start, 4, long.MaxValue, Cancellation);
        Assert.Equal(["ada", "bob-2", "bob-3", "bob-4"], await KeysAsync());
        await Answers.TrimAsync(Start, 4, 2 * (1000 + 512) + 700, Cancellation);
        Assert.Equal(["ada", "bob-3", "bob-4"], await KeysAsync());
        await Answers.TrimAsync(Start, 0, 0, Cancellation);
        Assert.Empty(await KeysAsync());
    }

    private static CommandAnswer Answer(string key, string owner, int seconds) => new(key, owner, "request", Start.AddSeconds(seconds));

    private Task<bool> PutAsync(string key, string owner, int seconds, int bytes) =>
        Answers.WriteAsync(Answer(key, owner, seconds) with { Body = new byte[bytes] }, 0, Cancellation);

    private async Task<List<string>> KeysAsync()
    {
        var keys = new List<string>();
        foreach (var key in new[] { "ada", "bob-0", "bob-1", "bob-2", "bob-3", "bob-4", "old" })
        {
            if (await Answers.FindAsync(key, Cancellation) is not null)
                keys.Add(key);
        }

        return keys;
    }
}
