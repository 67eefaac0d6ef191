using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;
using CreditGrains.Storage.Contract;
using CreditGrains.Storage.Postgres.Database;
using CreditGrains.Storage.Postgres.Subjects;
using Npgsql;

namespace CreditGrains.Storage.Postgres.Tests;

/// <summary>Properties of PostgreSQL alone: blocks that are divided, texts that it cannot hold, tampering with rows.</summary>
public sealed class StoreTests() : StoreContract(new PostgresHost())
{
    [Fact]
    public async Task Subjects_of_many_sheets_answer_like_a_plain_list()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var model = new SortedDictionary<string, StoredSubject>(StringComparer.Ordinal);
        for (var round = 1; round <= 12; round++)
        {
            var writes = new List<SubjectWrite>();
            foreach (var number in Enumerable.Range(0, 300).Select(_ => random.Next(2_500)).Distinct())
            {
                var known = model.GetValueOrDefault(Subject(number).Value);
                var row = Row(Subject(number), round, [(byte)round, (byte)number]) with
                {
                    Grade = random.Next(40) == 0 ? "D" : random.Next(3) == 0 ? null : "A",
                    NextChange = random.Next(4) == 0 ? null : new DateOnly(2026, 1, 1).AddDays(random.Next(900)),
                };
                writes.Add(new SubjectWrite(row, known?.Position));
                model[row.Subject.Value] = row;
            }

            await WriteAsync(writes);
        }

        Assert.Equal(model.Count, await Store.Subjects.CountAsync(Cancellation));
        await PagesAreAsync(model.Values);
        await RecomputeAsync(model, random);
        await PagesAreAsync(model.Values);
        foreach (var grade in (string[])["A", "D"])
        {
            var found = new List<StoredSubject>();
            IReadOnlyList<StoredSubject> page;
            while ((page = await Store.Subjects.SearchAsync(
                new SubjectQuery(null, null, grade, found.Count == 0 ? null : found[^1].Subject, 150), Cancellation)).Count > 0)
            {
                found.AddRange(page);
            }

            Assert.Equal(model.Values.Where(row => row.Grade == grade).Select(row => row.Subject), found.Select(row => row.Subject));
        }

        var date = new DateOnly(2026, 8, 1);
        for (var shard = 0; shard < ShardCount; shard++)
        {
            var due = model.Values.Where(row => row.Shard == shard && row.NextChange <= date).Select(row => row.Subject).ToHashSet();
            Assert.Equal(due, (await Store.Subjects.DueAsync(shard, date, 5_000, Cancellation)).ToHashSet());
        }
    }

    [Fact]
    public void Sheet_is_read_as_it_was_written()
    {
        AssessmentBlockEntry[] entries =
        [
            new("a"u8.ToArray(), 1, null, -1, 0, 1, 0, int.MinValue),
            new("bé"u8.ToArray(), long.MaxValue, -5, 70, 3, 740_000, 740_001, 7),
        ];
        var read = AssessmentBlock.Read(AssessmentBlock.Write(entries));
        Assert.Equal(entries.Select(entry => entry with { Key = default }), read.Select(entry => entry with { Key = default }));
        Assert.Equal(["a", "bé"], read.Select(entry => entry.Subject));
        Assert.Equal(740_001, AssessmentBlock.NextDueOf(entries));
        Assert.Equal(1L << 7, AssessmentBlock.GradesOf(entries));
        Assert.Null(AssessmentBlock.NextDueOf(entries.AsSpan(0, 1)));
    }

    [Theory]
    [InlineData("with\0zero")]
    [InlineData("with\u001aescape\u001a0")]
    public async Task Texts_with_characters_that_PostgreSQL_lacks_come_back_as_they_were(string text)
    {
        var line = new QuarantinedLine(0, new SourceId(text), text, "code", text, text, [0, 1], Start);
        await Store.Quarantine.AddAsync([line], Cancellation);
        var kept = (await Store.Quarantine.ListAsync(line.Source, 0, 10, QuarantineState.Open, Cancellation)).Single();
        Assert.Equal((text, text, text, text), (kept.Source.Value, kept.RecordId, kept.Detail, kept.Pointer));
        await Store.Control.WriteAsync([new ControlWrite("k", text, null, text, new ControlAction("a", text, text))], Cancellation);
        Assert.Equal(text, (await Store.Control.FindAsync("k", text, Cancellation))?.Content);
        Assert.Equal(text, (await Store.Control.EventsAsync("k", text, 0, 10, Cancellation)).Single().Act.Actor);
        var entry = Entry(Subject(1), text) with { Actor = text };
        await Store.Journal.AppendAsync([entry], Cancellation);
        Assert.Equal(entry.Record, (await Store.Journal.FindHeadsAsync([entry.Record], Cancellation)).Single().Record);
        await ReopenAfterKillAsync();
        Assert.Equal(text, (await Store.Journal.ReadRevisionsAsync([new(entry.Record, entry.Revision)], Cancellation)).Single().Actor);
    }

    [Theory]
    [InlineData("UPDATE credit.access_log SET entries = set_byte(entries, 40, get_byte(entries, 40) # 1) WHERE first = 3", 3L)]
    [InlineData("DELETE FROM credit.access_log WHERE first = 1", 1L)]
    [InlineData("DELETE FROM credit.access_log WHERE first = 5", 5L)]
    [InlineData("UPDATE credit.access_head SET number = 4", 4L)]
    public async Task Access_log_that_was_tampered_with_is_noticed(string tampering, long misfit)
    {
        for (var i = 0; i < 3; i++)
        {
            await Store.AccessLog.AppendAsync(
                [.. Enumerable.Range(0, 2).Select(_ => new AccessEntry(0, Start, "a", "p", "check", Subject(1), "r"))], Cancellation);
        }

        Assert.Null(await Store.AccessLog.VerifyAsync(Cancellation));
        await RunAsync(tampering);
        Assert.Equal(misfit, await Store.AccessLog.VerifyAsync(Cancellation));
    }

    [Fact]
    public async Task Access_log_is_read_across_the_entries_whose_keys_are_written()
    {
        var wanted = new List<long>();
        for (var number = 1L; number <= 9_000;)
        {
            var batch = new List<AccessEntry>();
            for (var i = 0; i < 1_500; i++, number++)
            {
                var mine = number % 997 == 0;
                batch.Add(new AccessEntry(0, Start, "a", "p", "check", Subject(mine ? 1 : (int)(number % 500) + 2), null));
                if (mine)
                    wanted.Add(number);
            }

            await Store.AccessLog.AppendAsync(batch, Cancellation);
        }

        wanted.Reverse();
        Assert.Equal(wanted, (await Store.AccessLog.ReadAsync(Subject(1), null, 100, Cancellation)).Select(entry => entry.Number));
        Assert.Equal(
            wanted.Skip(3).Take(2),
            (await Store.AccessLog.ReadAsync(Subject(1), wanted[2], 2, Cancellation)).Select(entry => entry.Number));
        Assert.Null(await Store.AccessLog.VerifyAsync(Cancellation));
    }

    [Fact]
    public async Task Access_run_is_written_some_pages_at_a_time_and_goes_on_after_a_crash()
    {
        const string Pages = "SELECT count(*) FROM credit.access_page WHERE first = 1";
        const string Keyed = "SELECT keyed FROM credit.access_head";
        const long Beside = (2 * 512 / 20) + 1; // one entry, runs of 20
        AccessEntry About(int subject) => new(0, Start, "a", "p", "check", Subject(subject), null);
        await Store.AccessLog.AppendAsync([.. Enumerable.Range(0, 1_500).Select(i => About(i % 500))], Cancellation);
        for (var appended = 0; appended < 4; appended++)
        {
            Assert.Equal((Beside * appended, 0L), (await NumberAsync(Pages), await NumberAsync(Keyed)));
            await Store.AccessLog.AppendAsync([About(7)], Cancellation);
        }

        await ReopenAfterKillAsync();
        for (var appended = 0; await NumberAsync(Keyed) == 0; appended++)
        {
            Assert.True(appended <= (512 / Beside) + 1);
            await Store.AccessLog.AppendAsync([About(7)], Cancellation);
        }

        var places = Enumerable.Range(0, 500).Select(i => AccessLogPages.PageOf(ShardMap.KeyOf(Subject(i)))).Distinct();
        Assert.Equal((places.Count(), 1_500L), (await NumberAsync(Pages), await NumberAsync(Keyed)));
        Assert.Equal([1_009, 509, 9], (await Store.AccessLog.ReadAsync(Subject(8), null, 10, Cancellation)).Select(entry => entry.Number));
    }

    /// <summary>Two lanes that take in the first events of a store carry the same new symbols in the same instant.</summary>
    [Fact]
    public async Task Symbols_that_two_transactions_carry_at_once_are_stored_once()
    {
        const int AtOnce = 4;
        using var barrier = new Barrier(AtOnce);
        var failures = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            await using var connection = await ((PostgresStore)Store).Database.OpenAsync(Cancellation);
            var refused = new List<string>();
            for (var first = 1_000; first < 2_200; first += 3)
            {
                int[] ids = [first, first + 1, first + 2];
                await using var batch = new NpgsqlBatch(connection);
                batch.BatchCommands.Add(P.Command(SymbolRows.Insert, P.Ints(ids), P.Texts(ids.Select(id => $"symbol {id}"))));
                Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(30), Cancellation));
                try
                {
                    await batch.ExecuteNonQueryAsync(Cancellation);
                }
                catch (PostgresException refusal)
                {
                    refused.Add(refusal.MessageText);
                }
            }

            return refused;
        })));
        Assert.Empty(failures.SelectMany(each => each));
    }

    private async Task RecomputeAsync(SortedDictionary<string, StoredSubject> model, Random random)
    {
        for (var shard = 0; shard < ShardCount; shard++)
        {
            SubjectId? after = null;
            StatePage page;
            while ((page = await Store.Subjects.ReadStatesAsync(shard, after, 70, Cancellation)).Count > 0)
            {
                var results = page.Where(_ => random.Next(3) > 0).Select(state => new AssessmentResult(
                    state.Subject, state.Position, random.Next(1_000), random.Next(30) == 0 ? "D" : "A", "2026.2", new DateOnly(2026, 4, 1),
                    new DateOnly(2026, 1, 1).AddDays(random.Next(900)))).ToList();
                await Store.Subjects.WriteAssessmentsAsync(
                    new AssessmentPage(shard, after, page[^1].Subject, results, [], []), Cancellation);
                foreach (var result in results)
                {
                    model[result.Subject.Value] = model[result.Subject.Value] with
                    {
                        ScoreMilli = result.ScoreMilli, Grade = result.Grade, PolicyVersion = result.PolicyVersion, AsOf = result.AsOf,
                        NextChange = result.NextChange,
                    };
                }

                after = page[^1].Subject;
            }
        }
    }

    private async Task PagesAreAsync(IEnumerable<StoredSubject> rows)
    {
        foreach (var shard in rows.GroupBy(row => row.Shard))
        {
            var seen = new List<StoredSubject>();
            IReadOnlyList<StoredSubject> page;
            while ((page = await Store.Subjects.PageAsync(
                shard.Key, seen.Count == 0 ? null : seen[^1].Subject, 90, Cancellation)).Count > 0)
            {
                seen.AddRange(page);
            }

            Assert.Equal(shard.Count(), seen.Count);
            foreach (var (expected, actual) in shard.Zip(seen))
                SameRow(expected, actual);
        }
    }

    private async Task<long> NumberAsync(string sql)
    {
        await using var connection = await ((PostgresStore)Store).Database.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = await ((PostgresStore)Store).Database.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
