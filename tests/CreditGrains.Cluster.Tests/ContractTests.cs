using System.Reflection;
using CreditGrains.Cluster.Contracts;
using CreditGrains.Cluster.Control;
using CreditGrains.Cluster.Placement;
using CreditGrains.Cluster.Tests.Support;
using CreditGrains.Engine.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace CreditGrains.Cluster.Tests;

/// <summary>
/// Nodes of two releases talk to each other during a rolling restart. The golden file of a version of the contract holds the bytes that
/// its releases have sent; what is in it is never changed, only joined by more. A change that does not allow that begins the next version.
/// </summary>
public sealed class ContractTests(ITestOutputHelper output)
{
    private static readonly string Golden = $"contracts-{WireContract.Version}.txt";

    // State of a subscription's sender in Orleans' table.
    private const string SenderState =
        """{"progress":{"subscription":"s","turn":2,"number":3,"after":"c","delivered":4,"attempts":5,"""
        + "\"failingSince\":\"1970-01-01T00:00:00+00:00\",\"nextAttemptAt\":\"1970-01-02T00:00:00+00:00\","
        + "\"lastDeliveryAt\":null,\"lastError\":\"e\",\"lastErrorAt\":null,\"isPaused\":true}}";

    // One sample of every contract, every field set to something that is not its default.
    private static readonly object[] Samples =
    [
        new FaultMessage { Kind = "Busy", Message = "m" },
        Event(),
        new AppendRequest { Events = [Event()], Actor = "a", Operation = new Guid("0f0e0d0c-0b0a-0908-0706-050403020100") },
        Verdict(),
        new AppendReply { Verdicts = [Verdict()], Head = 7, Fault = new FaultMessage { Kind = "Full", Message = "m" } },
        new ReadRequest { Position = 5, Latest = true },
        new SubjectReply
        {
            Shard = 3, Position = 9, State = [1, 2, 3], AsOf = 739_000, Rules = "v@d", Fault = new FaultMessage { Kind = "Busy" },
            IsTooLong = true,
        },
        new ChangesRequest { After = "c", Limit = 7, WaitMs = 8, Actor = "a", Purpose = "p", Types = ["t"] },
        Change(),
        new ChangesReply { Changes = [Change()], Next = "n", Fault = new FaultMessage { Kind = "Busy" } },
        new AnswerRequest
        {
            Matter = "m", Actor = "a", Purpose = "p", Consistency = "latest", Language = "en", Stage = "s", Roles = ["r", "q"],
            Department = "d",
        },
        new AnswerReply { Json = [1, 2], Fault = new FaultMessage { Kind = "Busy" } },
        new HeartbeatRequest { Node = "n", Timeline = 4 },
        new HeartbeatReply { Timeline = 4 },
        new AnnounceReply { Missing = ["n"] },
        new SourceUpdate { Node = "n", Number = 2, Sources = [Source()] },
        Source(),
        new ProgressMessage
        {
            Subscription = "s", Turn = 2, Number = 3, After = "c", Delivered = 4, Attempts = 5, FailingSince = DateTimeOffset.UnixEpoch,
            NextAttemptAt = DateTimeOffset.UnixEpoch.AddDays(1), LastDeliveryAt = DateTimeOffset.UnixEpoch.AddDays(2), LastError = "e",
            LastErrorAt = DateTimeOffset.UnixEpoch.AddDays(3), IsPaused = true,
        },
        new CaseStepRequest { Case = "YY-20260610-000001", Command = "{}", Actor = "a" },
        new CaseStepReply
        {
            Case = "YY-20260610-000001", Revision = 2, Content = "{}", Head = 7, Code = "c", Pointer = "/p", Found = "f",
            Fault = new FaultMessage { Kind = "Busy", Message = "m" },
        },
        new ShardPlacement(),
        new SubjectPlacement(),
    ];

    private readonly Serializer _serializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    [Fact]
    public void Every_contract_has_an_alias_and_a_sample()
    {
        var contracts = typeof(FaultMessage).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null).ToList();
        Assert.All(contracts, type => Assert.StartsWith("credit.", type.GetCustomAttribute<AliasAttribute>()?.Alias));
        Assert.Equal(
            contracts.Select(type => type.Name).Order(StringComparer.Ordinal),
            Samples.Select(sample => sample.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Bytes_of_every_contract_are_those_of_the_golden_file_and_are_read_back()
    {
        var written = Samples.ToDictionary(
            sample => sample.GetType().GetCustomAttribute<AliasAttribute>()!.Alias,
            sample => Convert.ToHexStringLower(_serializer.SerializeToArray<object>(sample)), StringComparer.Ordinal);
        var file = Path.Combine(Repository.Root, "tests", "CreditGrains.Cluster.Tests", "Golden", Golden);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var known = File.Exists(file) ? File.ReadAllLines(file) : [];
            var lines = known.Concat(written.Select(each => $"{each.Key} {each.Value}")).Distinct().Order(StringComparer.Ordinal);
            File.WriteAllText(file, string.Join('\n', lines) + "\n");
        }

        Assert.True(File.Exists(file), "run the tests with UPDATE_GOLDEN=1, which adds what is new");
        var golden = File.ReadAllLines(file).Select(line => line.Split(' ')).ToList();
        foreach (var (alias, hex) in written)
        {
            Assert.True(
                golden.Any(line => line[0] == alias && line[1] == hex),
                $"{alias} is sent as other bytes than any release did: give new fields new ids, then run the tests with UPDATE_GOLDEN=1");
        }

        foreach (var line in golden)
        {
            var read = _serializer.Deserialize<object>(Convert.FromHexString(line[1]))!;
            var sample = Samples.Single(each => each.GetType().GetCustomAttribute<AliasAttribute>()!.Alias == line[0]);
            Assert.Same(sample.GetType(), read.GetType());
            output.WriteLine($"{line[0]} {line[1].Length / 2} bytes");
            if (written[line[0]] == line[1])
                Assert.Equal(line[1], Convert.ToHexStringLower(_serializer.SerializeToArray<object>(read)));
        }
    }

    [Fact]
    public void Payload_of_a_newer_shape_is_read_by_the_present_one()
    {
        var newer = new NewerVerdict { Outcome = 3, Code = "c", Pointer = "/p", Found = "f", Advice = "new", Weights = [1, 2] };
        var read = _serializer.Deserialize<VerdictMessage>(_serializer.SerializeToArray(newer))!;
        Assert.Equal((3, "c", "/p", "f"), (read.Outcome, read.Code, read.Pointer, read.Found));
    }

    [Fact]
    public void Payload_of_an_older_shape_is_read_by_the_present_one()
    {
        var older = new OlderAppend { Events = [Event()], Actor = "a" };
        var read = _serializer.Deserialize<AppendRequest>(_serializer.SerializeToArray(older))!;
        Assert.Equal(("a", Guid.Empty, "R"), (read.Actor, read.Operation, read.Events.Single().Record));

        // And the other way round, as an older node reads it.
        var sent = new AppendRequest { Events = [Event()], Actor = "a", Operation = Guid.NewGuid() };
        Assert.Equal("a", _serializer.Deserialize<OlderAppend>(_serializer.SerializeToArray(sent))!.Actor);
    }

    [Fact]
    public void Question_of_a_release_without_roles_is_read_as_one_of_a_caller_without_any_and_passed_over_by_such_a_node()
    {
        var older = new OlderAnswer { Matter = "m", Actor = "a", Stage = "s" };
        var read = _serializer.Deserialize<AnswerRequest>(_serializer.SerializeToArray(older))!;
        Assert.Equal(("m", "a", "s", null), (read.Matter, read.Actor, read.Stage, read.Department));
        Assert.Empty(read.Roles);

        var sent = new AnswerRequest { Matter = "m", Actor = "a", Stage = "s", Roles = ["checker"], Department = "d" };
        var passed = _serializer.Deserialize<OlderAnswer>(_serializer.SerializeToArray(sent))!;
        Assert.Equal(("m", "a", "s"), (passed.Matter, passed.Actor, passed.Stage));
    }

    [Fact]
    public void Progress_of_a_newer_and_of_an_older_release_is_understood()
    {
        var newer = new NewerProgress { Subscription = "s", Turn = 2, Number = 3, After = "c", IsPaused = true, Lag = 9 };
        var read = _serializer.Deserialize<ProgressMessage>(_serializer.SerializeToArray(newer))!;
        Assert.Equal(("s", 2, 3L, "c", true), (read.Subscription, read.Turn, read.Number, read.After, read.IsPaused));

        // A state that a newer release has kept: fields that are not known are passed over, those that are missing have their defaults.
        var state = new JsonGrainStorage().Deserialize<SubscriptionSenderState>(BinaryData.FromString(
            """{"progress":{"subscription":"s","turn":2,"number":3,"after":"c","delivered":4,"lag":9},"sender":"x"}"""))!;
        Assert.Equal(("s", 2, 3L, "c", 4L, 0, false), (
            state.Progress!.Subscription, state.Progress.Turn, state.Progress.Number, state.Progress.After, state.Progress.Delivered,
            state.Progress.Attempts, state.Progress.IsPaused));
    }

    [Fact]
    public void Kept_state_of_a_sender_is_the_json_that_releases_have_kept()
    {
        var state = new SubscriptionSenderState
        {
            Progress = new SubscriptionProgress
            {
                Subscription = "s", Turn = 2, Number = 3, After = "c", Delivered = 4, Attempts = 5, FailingSince = DateTimeOffset.UnixEpoch,
                NextAttemptAt = DateTimeOffset.UnixEpoch.AddDays(1), LastError = "e", IsPaused = true,
            },
        };
        var json = new JsonGrainStorage().Serialize(state).ToString();
        Assert.Equal(SenderState, json);
        var read = new JsonGrainStorage().Deserialize<SubscriptionSenderState>(BinaryData.FromString(SenderState))!;
        Assert.Equal(state.Progress, read.Progress);
    }

    private static FeedEventMessage Event() => new()
    {
        Subject = "S", Source = "Q", Record = "R", Revision = 2, Op = 1, Kind = "k", Payload = [7, 8], DigestHigh = 3, DigestLow = 4,
        NaturalKey = 5,
    };

    private static ChangeMessage Change() => new() { Cursor = "c", Event = [1, 2] };

    private static VerdictMessage Verdict() => new() { Outcome = 3, Code = "c", Pointer = "/p", Found = "f" };

    private static SourceMessage Source() => new()
    {
        Source = "Q", FirstSeen = DateTimeOffset.UnixEpoch, LastSeen = DateTimeOffset.UnixEpoch.AddDays(1), Accepted = 1, Duplicate = 2,
        Stale = 3, Rejected = 4,
    };
}

/// <summary>The verdict as a later release may send it.</summary>
[GenerateSerializer, Alias("credit.test.NewerVerdict")]
public sealed class NewerVerdict
{
    [Id(0)]
    public byte Outcome { get; init; }

    [Id(1)]
    public string? Code { get; init; }

    [Id(2)]
    public string? Pointer { get; init; }

    [Id(3)]
    public string? Found { get; init; }

    [Id(4)]
    public string? Advice { get; init; }

    [Id(5)]
    public int[] Weights { get; init; } = [];
}

/// <summary>The progress of a subscription as a later release may send it.</summary>
[GenerateSerializer, Alias("credit.test.NewerProgress")]
public sealed class NewerProgress
{
    [Id(0)]
    public string Subscription { get; init; } = "";

    [Id(1)]
    public int Turn { get; init; }

    [Id(2)]
    public long Number { get; init; }

    [Id(3)]
    public string After { get; init; } = "";

    [Id(11)]
    public bool IsPaused { get; init; }

    [Id(12)]
    public long Lag { get; init; }
}

/// <summary>The append request as it was before operations had ids.</summary>
[GenerateSerializer, Alias("credit.test.OlderAppend")]
public sealed class OlderAppend
{
    [Id(0)]
    public FeedEventMessage[] Events { get; init; } = [];

    [Id(1)]
    public string Actor { get; init; } = "";
}

/// <summary>The question as it was before it named roles and department.</summary>
[GenerateSerializer, Alias("credit.test.OlderAnswer")]
public sealed class OlderAnswer
{
    [Id(0)]
    public string? Matter { get; init; }

    [Id(1)]
    public string Actor { get; init; } = "";

    [Id(5)]
    public string? Stage { get; init; }
}
