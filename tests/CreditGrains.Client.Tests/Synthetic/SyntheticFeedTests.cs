using System.Text;
using System.Text.Json;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rulebooks;
using CreditGrains.Development.Synthetic;

namespace CreditGrains.Client.Tests.Synthetic;

public sealed class SyntheticFeedTests
{
    private static readonly DateOnly End = new(2026, 11, 20);
    private static readonly SourceId Source = new("DEMO");

    [Fact]
    public void Records_of_many_organisations_are_heavy_tailed_with_median_6_and_mean_10()
    {
        var feed = Feed(subjects: 100_000);
        var counts = Enumerable.Range(0, 100_000).Select(feed.RecordsOf).Order().ToArray();
        Assert.Equal(6, counts[50_000]);
        Assert.InRange(counts.Average(), 9.7, 10.4);
        Assert.Equal(10, counts.Count(count => count > 1000));
        Assert.Equal(1, counts[0]);
    }

    [Fact]
    public void Lines_of_the_default_mix_have_the_shares_that_measurements_assume()
    {
        var feed = Feed(subjects: 20_000);
        var kinds = new Dictionary<string, int>();
        foreach (var line in feed.Lines())
        {
            if (KindOf(line.Span) is { } kind)
                kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }

        var counts = feed.Counts;
        double all = kinds.Values.Sum();
        Assert.InRange((kinds["penalty"] + kinds["licence"] + kinds["inspection"]) / all, 0.68, 0.72);
        Assert.InRange(counts.Duplicates / (double)counts.Lines, 0.027, 0.033);
        Assert.InRange(counts.Corrections / (double)counts.Lines, 0.008, 0.012);
        Assert.InRange(counts.Bad / (double)counts.Lines, 0.004, 0.006);
        Assert.Equal(counts.Lines, counts.Accepted + counts.Duplicates + counts.Bad);
        Assert.Superset(new HashSet<string>(["registration", "tax-grade", "list-entry", "judgment", "commitment", "honour",
            "national-grade"]),
            kinds.Keys.ToHashSet());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20_261_121)]
    public void Lines_read_against_the_default_rulebook_are_accepted_except_the_bad_ones(ulong seed)
    {
        var rulebook = RulebookFolder.Read(Repository.Rulebook("cn-district")).Rulebook!;
        var reader = new EventReader(rulebook, NoExceptions.Instance);
        var feed = Feed(subjects: 2000, seed);
        var (bad, codes) = (0, new HashSet<string>());
        var revisions = new Dictionary<string, int>();
        var naturalKeys = new Dictionary<(string, long), string>();
        var duplicates = 0;
        foreach (var line in feed.Lines())
        {
            var read = reader.Read(line.Span, Source, End);
            if (read.Rejection is { } rejection)
            {
                bad++;
                codes.Add(rejection.Code);
                Assert.StartsWith("{\"id\":\"BAD", Encoding.UTF8.GetString(line.Span), StringComparison.Ordinal);
                continue;
            }

            var accepted = read.Event!;
            var known = revisions.GetValueOrDefault(accepted.Record.Id);
            Assert.True(accepted.Revision == known || accepted.Revision == known + 1,
                $"seed {seed}: {accepted.Record} revision {accepted.Revision}");
            duplicates += accepted.Revision == known ? 1 : 0;
            revisions[accepted.Record.Id] = accepted.Revision;
            if (accepted.NaturalKey != 0)
            {
                Assert.True(naturalKeys.TryAdd((accepted.Kind, accepted.NaturalKey), accepted.Record.Id)
                    || naturalKeys[(accepted.Kind, accepted.NaturalKey)] == accepted.Record.Id,
                        $"seed {seed}: {accepted.Record} is reported twice");
            }
        }

        Assert.Equal(feed.Counts.Bad, bad);
        Assert.Equal(feed.Counts.Duplicates, duplicates);
        Assert.Equal(feed.Counts.Records, revisions.Count);
        Assert.Superset(codes, SyntheticRecords.BadCodes.ToHashSet());
        Assert.True(codes.Count >= 8, string.Join(", ", codes));
    }

    [Fact]
    public void Lines_of_the_same_seed_are_the_same_bytes_and_of_another_seed_are_not()
    {
        static byte[] Bytes(ulong seed)
        {
            using var stream = new MemoryStream();
            Feed(subjects: 300, seed).Write(stream);
            return stream.ToArray();
        }

        Assert.Equal(Bytes(5), Bytes(5));
        Assert.NotEqual(Bytes(5), Bytes(6));
    }

    [Fact]
    public void First_line_of_every_organisation_is_its_registration()
    {
        var seen = new HashSet<string>();
        foreach (var line in Feed(subjects: 1500).Lines())
        {
            if (KindOf(line.Span) is not { } kind || Encoding.UTF8.GetString(line.Span).StartsWith("{\"id\":\"BAD",
                StringComparison.Ordinal))
                continue;
            using var json = JsonDocument.Parse(line);
            if (seen.Add(json.RootElement.GetProperty("subject").GetString()!))
                Assert.Equal("registration", kind);
        }

        Assert.Equal(1500, seen.Count);
    }

    [Fact]
    public void Codes_are_valid_different_and_of_divisions_that_no_revision_lists()
    {
        var codes = Feed(subjects: 1).SubjectCodes(50_000).ToList();
        Assert.All(codes, code => Assert.Null(Uscc.Validate(code)));
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.All(SyntheticOrganisations.Authorities, authority => Assert.Null(Uscc.Validate(authority.Code)));
        var listed = File.ReadLines(SharedData.File(Path.Combine("cn_region_codes", "gb2260_all_revisions.csv")))
            .Select(line => line.Split(',')[0]).ToHashSet();
        Assert.DoesNotContain(codes, code => listed.Contains(code[2..8]));
    }

    [Fact]
    public void Names_say_that_they_are_invented() =>
        Assert.All(Enumerable.Range(0, 1000).Select(SyntheticOrganisations.NameOf), name => Assert.StartsWith("虚构", name,
            StringComparison.Ordinal));

    private static SyntheticFeed Feed(int subjects, ulong seed = 1) =>
        new(new SyntheticOptions { Seed = seed, Subjects = subjects, EndDate = End });

    private static string? KindOf(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);
        var at = text.IndexOf("\"kind\":\"", StringComparison.Ordinal);
        return text.StartsWith("{\"id\":\"BAD", StringComparison.Ordinal) ? null : text[(at + 8)..text.IndexOf('"', at + 8)];
    }

    private sealed class NoExceptions : IIdentifierExceptions
    {
        public static readonly NoExceptions Instance = new();

        public bool Contains(string code) => false;
    }
}
