using System.Globalization;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Contract of every <see cref="IJournal"/>.</summary>
[Invariant(1), Invariant(2), Invariant(12)]
public abstract class JournalContract(IStoreHost host) : StoreContract(host)
{
    private IJournal Journal => Store.Journal;

    [Fact]
    public async Task Keys_of_a_shard_are_read_in_order_and_in_pages()
    {
        var subject = Subject(1);
        var shard = ShardMap.ShardOf(subject, ShardCount);
        await Journal.AppendAsync(
            [Entry(subject, "A", naturalKey: 7), Entry(subject, "B"), Entry(subject, "A", revision: 2, naturalKey: -9)], Cancellation);

        Assert.Equal(
            [
                new JournalKey(1, new RecordId(new SourceId("dept-a"), "A"), 7),
                new JournalKey(2, new RecordId(new SourceId("dept-a"), "B"), 0),
            ],
            await Journal.ReadKeysAsync(shard, 0, 2, Cancellation));
        Assert.Equal([3], (await Journal.ReadKeysAsync(shard, 2, 2, Cancellation)).Select(key => key.Position));
        Assert.Empty(await Journal.ReadKeysAsync(shard, 3, 2, Cancellation));
        Assert.Empty(await Journal.ReadKeysAsync((shard + 1) % ShardCount, 0, 2, Cancellation));
    }

    [Fact]
    public async Task Destroyed_content_is_gone_while_digest_revision_and_position_stay_and_only_of_what_is_withdrawn()
    {
        var subject = Subject(1);
        var shard = ShardMap.ShardOf(subject, ShardCount);
        var (gone, kept) = (new RecordId(new SourceId("dept-a"), "A"), new RecordId(new SourceId("dept-a"), "B"));
        var appended = await Journal.AppendAsync(
            [
                Old(Entry(subject, "A")), Old(Entry(subject, "B")), Old(Entry(subject, "A", revision: 2)),
                Entry(subject, "A", revision: 3) with { Op = EventOp.Withdraw, Payload = ReadOnlyMemory<byte>.Empty },
            ],
            Cancellation);
        Assert.Equal(2, await Journal.DestroyAsync([gone, kept, new RecordId(new SourceId("nobody"), "A")], Cancellation));
        Assert.Equal(0, await Journal.DestroyAsync([gone], Cancellation));
        var left = await Journal.ReadShardAsync(shard, 0, 10, Cancellation);
        Assert.Equal([true, false, true, false], left.Select(entry => entry.IsDestroyed));
        Assert.Equal([1, 2, 3, 4], left.Select(entry => entry.Position));
        Assert.Equal(appended.Select(entry => (entry.Digest, entry.Revision, entry.Record)), left.Select(entry => (
            entry.Digest, entry.Revision, entry.Record)));
        Assert.Equal(appended[1].Payload.ToArray(), left[1].Payload.ToArray());
        Assert.Equal(3, Assert.Single(await Journal.FindHeadsAsync([gone], Cancellation)).Revision);
        var revision = await Journal.ReadRevisionsAsync([new RecordRevision(gone, 1)], Cancellation);
        Assert.True(Assert.Single(revision).IsDestroyed);

        static JournalEntry Old(JournalEntry entry) => entry with { Date = new DateOnly(2019, 1, 1) };
    }

    [Fact]
    public async Task Subjects_of_entries_are_read_by_shard_after_a_position_each()
    {
        var subjects = Enumerable.Range(1, 400).Select(Subject).GroupBy(subject => ShardMap.ShardOf(subject, ShardCount))
            .OrderBy(group => group.Key).Take(2).Select(group => group.First()).ToArray();
        var shards = Array.ConvertAll(subjects, subject => ShardMap.ShardOf(subject, ShardCount));
        await Journal.AppendAsync(
            [.. Enumerable.Range(0, 6).Select(i => Entry(subjects[i % 2], $"R{i}"))], Cancellation);

        var read = await Journal.ReadMentionsAsync([new(shards[1], 2), new(shards[0], 1)], 10, Cancellation);
        Assert.Equal(
            [new(shards[0], 2, subjects[0]), new(shards[0], 3, subjects[0]), new SubjectMention(shards[1], 3, subjects[1])], read);
        Assert.Equal(
            [new(shards[0], 1, subjects[0]), new SubjectMention(shards[1], 1, subjects[1])],
            await Journal.ReadMentionsAsync([new(shards[0], 0), new(shards[1], 0)], 1, Cancellation));
        Assert.Empty(await Journal.ReadMentionsAsync([new(shards[0], 3)], 10, Cancellation));
        Assert.Empty(await Journal.ReadMentionsAsync([], 10, Cancellation));
    }

    [Fact]
    public async Task Entries_of_many_subjects_are_read_in_one_go_each_up_to_its_bound()
    {
        var subjects = Enumerable.Range(1, 400).Select(Subject).GroupBy(subject => ShardMap.ShardOf(subject, ShardCount))
            .First(group => group.Count() >= 3).Take(3).ToArray();
        var shard = ShardMap.ShardOf(subjects[0], ShardCount);
        await Journal.AppendAsync(
            [.. Enumerable.Range(0, 9).Select(i => Entry(subjects[i % 3], $"R{i}"))], Cancellation);

        SubjectBound[] bounds = [new(subjects[2], 9), new(subjects[0], 4), new(subjects[1], 0)];
        var read = await Journal.ReadSubjectsAsync(shard, bounds, 100, Cancellation);
        Assert.Equal(["R2", "R5", "R8", "R0", "R3"], read.Select(entry => entry.Record.Id));
        Assert.Equal([3, 6, 9, 1, 4], read.Select(entry => entry.Position));
        Assert.Equal(
            ["R2", "R5", "R8", "R0"], (await Journal.ReadSubjectsAsync(shard, bounds, 4, Cancellation)).Select(entry => entry.Record.Id));
        Assert.Empty(await Journal.ReadSubjectsAsync(shard, [], 4, Cancellation));
        var other = Enumerable.Range(1, 400).Select(Subject).First(subject => ShardMap.ShardOf(subject, ShardCount) != shard);
        await Assert.ThrowsAsync<ArgumentException>(() => Journal.ReadSubjectsAsync(shard, [new(other, 9)], 4, Cancellation));
    }

    [Fact]
    public async Task Append_entry_is_read_back_whole()
    {
        var put = Entry(Subject(1), "津〔2026〕1号", naturalKey: long.MinValue + 5);
        var withdrawal = Entry(Subject(1), "津〔2026〕2号", op: EventOp.Withdraw) with { Date = null };
        var appended = await Journal.AppendAsync([put, withdrawal], Cancellation);

        SameEntry(put with { Position = 1, ReceivedAt = Start }, appended[0]);
        var read = await Journal.ReadShardAsync(put.Shard, 0, 10, Cancellation);
        Assert.Equal(2, read.Count);
        SameEntry(appended[0], read[0]);
        SameEntry(appended[1], read[1]);
        Assert.Equal(0, read[1].Payload.Length);
    }

    [Fact]
    public async Task Append_concurrent_batches_give_positions_without_gaps()
    {
        const int Batches = 24, Size = 50;
        var answers = await Task.WhenAll(Enumerable.Range(0, Batches).Select(batch => Journal.AppendAsync(
            [.. Enumerable.Range(0, Size).Select(i => Entry(Subject(i), $"{batch}-{i}"))], Cancellation)));

        var total = 0;
        for (var shard = 0; shard < ShardCount; shard++)
        {
            var entries = await Journal.ReadShardAsync(shard, 0, int.MaxValue, Cancellation);
            Assert.Equal(Enumerable.Range(1, entries.Count).Select(i => (long)i), entries.Select(entry => entry.Position));
            total += entries.Count;
            var answered = answers.SelectMany(batch => batch).Where(entry => entry.Shard == shard).OrderBy(entry => entry.Position);
            Assert.Equal(answered.Select(entry => entry.Record), entries.Select(entry => entry.Record));
            Assert.Equal(entries.Count, (await Store.Subjects.ShardsAsync(Cancellation))[shard].Head);
        }

        Assert.Equal(Batches * Size, total);
    }

    [Fact]
    public async Task Append_answer_keeps_the_order_of_the_batch()
    {
        var batch = Enumerable.Range(0, 40).Select(i => Entry(Subject(i % 7), $"r{i}")).ToArray();
        var appended = await Journal.AppendAsync(batch, Cancellation);
        Assert.Equal(batch.Select(entry => entry.Record), appended.Select(entry => entry.Record));
        foreach (var shard in appended.GroupBy(entry => entry.Shard))
            Assert.Equal(Enumerable.Range(1, shard.Count()).Select(i => (long)i), shard.Select(entry => entry.Position));
    }

    [Fact]
    public async Task Append_known_revision_appends_nothing()
    {
        await Journal.AppendAsync([Entry(Subject(1), "known")], Cancellation);
        var fresh = Entry(Subject(1), "fresh");
        await Assert.ThrowsAsync<DuplicateRevisionException>(
            () => Journal.AppendAsync([fresh, Entry(Subject(1), "known"), Entry(Subject(2), "late")], Cancellation));

        Assert.Empty(await Journal.FindHeadsAsync([fresh.Record], Cancellation));
        var next = await Journal.AppendAsync([fresh], Cancellation);
        Assert.Equal(2, next[0].Position);
        Assert.Equal(2, (await Journal.ReadShardAsync(fresh.Shard, 0, 10, Cancellation)).Count);
    }

    [Fact]
    public async Task Append_revision_twice_in_one_batch_appends_nothing()
    {
        await Assert.ThrowsAsync<DuplicateRevisionException>(
            () => Journal.AppendAsync([Entry(Subject(1), "twin"), Entry(Subject(1), "twin")], Cancellation));
        Assert.All(await Store.Subjects.ShardsAsync(Cancellation), shard => Assert.Equal(0, shard.Head));
    }

    [Fact]
    public async Task Append_same_id_of_another_source_is_another_record()
    {
        await Journal.AppendAsync([Entry(Subject(1), "same"), Entry(Subject(1), "same", source: "dept-b")], Cancellation);
        var heads = await Journal.FindHeadsAsync([new RecordId(new SourceId("dept-b"), "same")], Cancellation);
        Assert.Equal("dept-b", Assert.Single(heads).Record.Source.Value);
    }

    [Fact]
    public async Task Append_foreign_shard_is_refused()
    {
        var entry = Entry(Subject(1), "r");
        await Assert.ThrowsAsync<ArgumentException>(
            () => Journal.AppendAsync([entry with { Shard = (entry.Shard + 1) % ShardCount }], Cancellation));
    }

    [Fact]
    public async Task Append_nothing_gives_nothing() => Assert.Empty(await Journal.AppendAsync([], Cancellation));

    [Fact]
    public async Task Append_clock_going_back_keeps_receipt_monotone()
    {
        var subject = Subject(1);
        await Journal.AppendAsync([Entry(subject, "first")], Cancellation);
        Time.Now = Start.AddHours(-1);
        var second = await Journal.AppendAsync([Entry(subject, "second")], Cancellation);
        Assert.Equal(Start, second[0].ReceivedAt);
    }

    [Fact]
    public async Task Append_cancelled_before_its_turn_appends_nothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Journal.AppendAsync([Entry(Subject(1), "r")], source.Token));
        Assert.Empty(await Journal.ReadShardAsync(Entry(Subject(1), "r").Shard, 0, 10, Cancellation));
    }

    [Fact]
    public async Task Read_cancelled_throws()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Journal.ReadShardAsync(0, 0, 10, source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.Subjects.FindAsync(Subject(1), source.Token));
    }

    [Fact]
    public async Task Heads_are_the_newest_revisions_whatever_their_order_of_arrival()
    {
        var subject = Subject(3);
        await Journal.AppendAsync([Entry(subject, "a", 3), Entry(subject, "b")], Cancellation);
        await Journal.AppendAsync(
            [Entry(subject, "a", 2), Entry(subject, "b", 12, EventOp.Withdraw), Entry(subject, "b", 4)], Cancellation);

        var a = Entry(subject, "a", 3);
        var b = Entry(subject, "b", 12, EventOp.Withdraw);
        var heads = await Journal.FindHeadsAsync([a.Record, b.Record, new RecordId(new SourceId("nobody"), "a")], Cancellation);
        Assert.Equal(
            [
                new RecordHead(a.Record, subject, "penalty", 3, EventOp.Put, a.Digest, 0),
                new RecordHead(b.Record, subject, "penalty", 12, EventOp.Withdraw, b.Digest, 0),
            ],
            heads.OrderBy(head => head.Record.Id, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Heads_of_a_thousand_records_leave_unknown_ones_out()
    {
        await Journal.AppendAsync([.. Enumerable.Range(0, 1_000).Select(i => Entry(Subject(i), $"r{i}"))], Cancellation);
        var asked = Enumerable.Range(500, 1_000).Select(i => new RecordId(new SourceId("dept-a"), $"r{i}")).ToArray();
        var heads = await Journal.FindHeadsAsync(asked, Cancellation);
        Assert.Equal(asked.Take(500).ToHashSet(), heads.Select(head => head.Record).ToHashSet());
    }

    [Fact]
    public async Task Natural_key_of_withdrawn_and_superseded_revisions_is_free()
    {
        var subject = Subject(1);
        await Journal.AppendAsync(
            [
                Entry(subject, "live", naturalKey: 11),
                Entry(subject, "withdrawn", naturalKey: 12),
                Entry(subject, "withdrawn", 2, EventOp.Withdraw),
                Entry(subject, "moved", naturalKey: 13),
                Entry(subject, "moved", 2, naturalKey: -14),
                Entry(subject, "kept", naturalKey: 15),
                Entry(subject, "kept", 2, naturalKey: 15),
                Entry(subject, "none"),
            ],
            Cancellation);
        var heads = await Journal.FindByNaturalKeyAsync(
            [.. new long[] { 0, 11, 12, 13, -14, 15, 16 }.Select(key => new NaturalKey(subject, key))], Cancellation);
        Assert.Equal(
            ["kept/2/15", "live/1/11", "moved/2/-14"],
            heads.Select(head => $"{head.Record.Id}/{head.Revision}/{head.NaturalKey.ToString(CultureInfo.InvariantCulture)}")
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Read_shard_pages_in_order_with_bounds()
    {
        var shard = Entry(Subject(1), "r").Shard;
        var subjects = SubjectsOf(shard).Take(3).ToArray();
        await Journal.AppendAsync([.. Enumerable.Range(0, 30).Select(i => Entry(subjects[i % 3], $"r{i}"))], Cancellation);

        var page = await Journal.ReadShardAsync(shard, 10, 5, Cancellation);
        Assert.Equal([11, 12, 13, 14, 15], page.Select(entry => entry.Position));
        Assert.Equal(["r10", "r11", "r12", "r13", "r14"], page.Select(entry => entry.Record.Id));
        Assert.Empty(await Journal.ReadShardAsync(shard, 30, 5, Cancellation));
        Assert.Empty(await Journal.ReadShardAsync((shard + 1) % ShardCount, 0, 5, Cancellation));
    }

    [Fact]
    public async Task Read_subject_is_bounded_on_both_sides()
    {
        var shard = Entry(Subject(1), "r").Shard;
        var subjects = SubjectsOf(shard).Take(2).ToArray();
        await Journal.AppendAsync([.. Enumerable.Range(0, 20).Select(i => Entry(subjects[i % 2], $"r{i}"))], Cancellation);

        var entries = await Journal.ReadSubjectAsync(subjects[0], 3, 11, 100, Cancellation);
        Assert.Equal([5, 7, 9, 11], entries.Select(entry => entry.Position));
        Assert.Equal([5, 7], (await Journal.ReadSubjectAsync(subjects[0], 3, 11, 2, Cancellation)).Select(entry => entry.Position));
        Assert.All(entries, entry => Assert.Equal(subjects[0], entry.Subject));
    }

    [Fact]
    public async Task Read_revisions_gives_those_that_are_named_and_known()
    {
        var subject = Subject(1);
        await Journal.AppendAsync(
            [Entry(subject, "r", 10), Entry(subject, "r", 2), Entry(subject, "s"), Entry(subject, "r", 9)], Cancellation);
        var (r, s) = (new RecordId(new SourceId("dept-a"), "r"), new RecordId(new SourceId("dept-a"), "s"));
        var entries = await Journal.ReadRevisionsAsync(
            [new(r, 10), new(s, 1), new(r, 3), new(s, 2), new(new RecordId(new SourceId("nobody"), "r"), 10)], Cancellation);
        Assert.Equal(
            [("r", 10), ("s", 1)],
            entries.Select(entry => (entry.Record.Id, entry.Revision)).OrderBy(entry => entry.Id, StringComparer.Ordinal));
        Assert.All(
            entries,
            entry => Assert.Equal(Entry(subject, entry.Record.Id, entry.Revision).Payload.ToArray(), entry.Payload.ToArray()));
        Assert.Empty(await Journal.ReadRevisionsAsync([], Cancellation));
    }

    [Fact]
    public async Task Read_record_gives_all_its_revisions_in_order_and_no_other_records()
    {
        var subject = Subject(1);
        await Journal.AppendAsync(
            [Entry(subject, "r", 10), Entry(subject, "r", 2), Entry(subject, "s"), Entry(subject, "r", 9)], Cancellation);
        var entries = await Journal.ReadRecordAsync(new RecordId(new SourceId("dept-a"), "r"), Cancellation);
        Assert.Equal([("r", 2), ("r", 9), ("r", 10)], entries.Select(entry => (entry.Record.Id, entry.Revision)));
        Assert.All(entries, entry => Assert.Equal(Entry(subject, "r", entry.Revision).Payload.ToArray(), entry.Payload.ToArray()));
        Assert.Empty(await Journal.ReadRecordAsync(new RecordId(new SourceId("dept-a"), "t"), Cancellation));
        Assert.Empty(await Journal.ReadRecordAsync(new RecordId(new SourceId("nobody"), "r"), Cancellation));
    }

    [Fact]
    public async Task Position_at_an_instant_is_the_last_one_received_by_then()
    {
        var subject = Subject(1);
        var shard = Entry(subject, "r").Shard;
        Assert.Equal(0, await Journal.PositionAtAsync(shard, Start, Cancellation));
        for (var hour = 0; hour < 5; hour++)
        {
            Time.Now = Start.AddHours(hour);
            await Journal.AppendAsync([Entry(subject, $"a{hour}"), Entry(subject, $"b{hour}")], Cancellation);
        }

        Assert.Equal(0, await Journal.PositionAtAsync(shard, Start.AddTicks(-1), Cancellation));
        for (var hour = 0; hour < 5; hour++)
        {
            Assert.Equal((hour * 2) + 2, await Journal.PositionAtAsync(shard, Start.AddHours(hour), Cancellation));
            Assert.Equal((hour * 2) + 2, await Journal.PositionAtAsync(shard, Start.AddHours(hour).AddMinutes(59), Cancellation));
        }
    }

    [Fact]
    public async Task Reopen_after_kill_finds_every_acknowledged_entry()
    {
        var appended = new List<JournalEntry>();
        for (var batch = 0; batch < 5; batch++)
        {
            appended.AddRange(await Journal.AppendAsync(
                [.. Enumerable.Range(0, 20).Select(i => Entry(Subject(i), $"{batch}-{i}", source: $"dept-{batch}"))], Cancellation));
        }

        var incarnation = Store.Incarnation;
        await ReopenAfterKillAsync();
        Assert.Equal(incarnation, Store.Incarnation);
        Assert.Equal(ShardCount, Store.ShardCount);
        foreach (var shard in appended.GroupBy(entry => entry.Shard))
        {
            var read = await Journal.ReadShardAsync(shard.Key, 0, 1_000, Cancellation);
            Assert.Equal(shard.Count(), read.Count);
            foreach (var (expected, actual) in shard.Zip(read))
                SameEntry(expected, actual);
        }

        var next = await Journal.AppendAsync([Entry(Subject(0), "after")], Cancellation);
        Assert.Equal(appended.Where(entry => entry.Shard == next[0].Shard).Max(entry => entry.Position) + 1, next[0].Position);
    }
}
