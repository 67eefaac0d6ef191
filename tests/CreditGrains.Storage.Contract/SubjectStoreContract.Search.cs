using System.Globalization;
using CreditGrains.Domain.Names;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Contract;

/// <summary>Search by code and name.</summary>
public abstract partial class SubjectStoreContract
{
    [Theory]
    [InlineData("91990000TEST00000", "0 1 2 3 4 5")]
    [InlineData("91990000TEST000003", "3")]
    [InlineData("90", "")]
    [InlineData("明盛达", "0")]
    [InlineData("明盛", "0 4")]
    [InlineData("有限公司", "0 1 2 3")]
    [InlineData("tcl 科技", "1")]
    [InlineData("100%_", "2")]
    [InlineData("100%x", "")]
    [InlineData("\"甲\"乙", "3")]
    [InlineData("盛达有", "")]
    [InlineData("𠮷野家店", "5")]
    public async Task Search_finds_beginnings_of_codes_and_parts_of_names(string text, string expected)
    {
        var names = new[] { "虚构华明盛达科技有限公司", "虚构TCL 科技有限公司", "100%_虚构有限公司", "\"甲\"乙有限公司", "明盛店", "𠮷野家店" };
        await WriteAsync(names.Select((name, i) => new SubjectWrite(Named(i, name), null)));
        Assert.Equal(expected, await FoundAsync(new SubjectQuery(text, null, null, null, 200)));
    }

    [Theory]
    [InlineData("虚构（杭州）", "0 1")]
    [InlineData("虚构(杭州)", "0 1")]
    [InlineData("杭州 咨询", "0 1")]
    [InlineData("咨询　虚构 杭", "0 1")]
    [InlineData("虚构𬭩新材料", "2")]
    [InlineData("𬭩新", "2")]
    [InlineData("材料 𬭩", "2")]
    [InlineData("0%纯_下", "3")]
    [InlineData("%纯%", "")]
    [InlineData("纯_下_", "")]
    [InlineData("\\反", "3")]
    [InlineData("\"引号' *星", "4")]
    [InlineData("abc虚构", "5 6")]
    [InlineData("ＡｂＣ", "5 6")]
    [InlineData("中点·圆点", "7")]
    [InlineData("虚构・中点", "7")]
    [InlineData("ünïcode", "8")]
    [InlineData("U\u0308NI\u0308CODE gmbh", "8")]
    [InlineData("虚构全角", "9")]
    [InlineData("李寧", "10")]
    [InlineData("李宁 體育", "10")]
    [InlineData("é虚构", "11 12")]
    [InlineData("(株)", "13")]
    [InlineData("﨑公司", "14")]
    [InlineData("杭州 李宁", "")]
    [InlineData("虚构 公司 咨询 有限", "0 1")]
    public async Task Search_finds_every_spelling_of_a_name_that_holds_all_parts(string text, string expected)
    {
        string[] names =
        [
            "虚构（杭州）咨询有限公司", "虚构(杭州)咨询有限公司", "虚构𬭩新材料有限公司", "虚构100%纯_下划线\\反斜杠公司",
            "虚构\"引号'单引号*星号公司", "ＡＢＣ虚构贸易有限公司", "ABC虚构贸易有限公司", "虚构·中点•圆点公司", "Ünïcode Fiktiv GmbH",
            "虚构　全角空格公司", "虚构李宁体育公司", "\u00E9虚构1公司", "e\u0301虚构2公司", "虚构㈱株式公司", "虚构﨑公司",
        ];
        await WriteAsync(names.Select((name, i) => new SubjectWrite(Named(i, name), null)));
        Assert.Equal(expected, await FoundAsync(new SubjectQuery(text, null, null, null, 200)));
        foreach (var (row, name) in (await Subjects.SearchAsync(new SubjectQuery(text, null, null, null, 200), Cancellation))
            .Select(row => (row, names[int.Parse(row.Subject.Value.AsSpan(12), CultureInfo.InvariantCulture)])))
        {
            Assert.Equal(name, row.Description!.Name);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Search_finds_names_by_any_spelling_of_their_parts_and_no_others(int seed)
    {
        var random = new Random(seed);
        var names = Enumerable.Range(0, 60).Select(_ => NameSpellings.Name(random)).ToArray();
        await WriteAsync(names.Select((name, i) => new SubjectWrite(Named(i, NameSpellings.Spelling(name, random)), null)));
        for (var i = 0; i < names.Length; i++)
        {
            var text = NameSpellings.Question(names[i], random);
            var terms = SearchTerms.Read(text)!;
            var expected = string.Join(' ', Enumerable.Range(0, names.Length).Where(n => terms.AreIn(names[n])));
            Assert.Contains($" {i} ", $" {expected} ", StringComparison.Ordinal);
            Assert.True(
                expected == await FoundAsync(new SubjectQuery(text, null, null, null, 200)), $"seed {seed}, name {i}, search '{text}'");
        }
    }

    [Fact]
    public async Task Search_after_a_change_of_name_finds_the_new_one_only()
    {
        await WriteAsync(new SubjectWrite(Named(0, "虚构旧名商店"), null), new SubjectWrite(Named(1, "虚构旧名商店"), null));
        await WriteAsync(new SubjectWrite(Named(0, "虚构新名商店") with { Position = 2 }, 1));
        Assert.Equal("1", await FoundAsync(new SubjectQuery("旧名商店", null, null, null, 200)));
        Assert.Equal("0", await FoundAsync(new SubjectQuery("新名商店", null, null, null, 200)));
        await WriteAsync(new SubjectWrite(Named(1, "x") with { Position = 2, Description = null }, 1));
        Assert.Equal(string.Empty, await FoundAsync(new SubjectQuery("旧名商店", null, null, null, 200)));
    }

    [Fact]
    public async Task Search_filters_by_region_and_grade()
    {
        var regions = new[] { "120110", "120110001", "120111", "12", "1201", null };
        await WriteAsync(regions.Select((region, i) => new SubjectWrite(
            Named(i, $"虚构商店{i}") with
            {
                Description = new SubjectDescription($"虚构商店{i}", region, null, null),
                Grade = i % 2 == 0 ? "A" : null,
            },
            null)));
        Assert.Equal("0 1", await FoundAsync(new SubjectQuery(null, "120110", null, null, 200)));
        Assert.Equal("0 1 2 4", await FoundAsync(new SubjectQuery("虚构商店", "1201", null, null, 200)));
        Assert.Equal("0 2 4", await FoundAsync(new SubjectQuery(null, null, "A", null, 200)));
        Assert.Equal("0 2", await FoundAsync(new SubjectQuery("虚构", "12011", "A", null, 200)));
        Assert.Equal("0 2 4", await FoundAsync(new SubjectQuery("9199", "1201", "A", null, 200)));
        Assert.Equal("0 1 2 3 4 5", await FoundAsync(new SubjectQuery(null, null, null, null, 200)));
    }

    [Fact]
    public async Task Search_pages_give_each_match_once_without_states()
    {
        await WriteAsync(Enumerable.Range(0, 60).Select(i => new SubjectWrite(Named(i, i % 2 == 0 ? "虚构商店甲" : "虚构工厂"), null)));
        var found = new List<StoredSubject>();
        IReadOnlyList<StoredSubject> page;
        while ((page = await Subjects.SearchAsync(
            new SubjectQuery("商店甲", null, null, found.Count == 0 ? null : found[^1].Subject, 7), Cancellation)).Count > 0)
        {
            found.AddRange(page);
        }

        Assert.Equal(Enumerable.Range(0, 30).Select(i => Subject(i * 2)), found.Select(row => row.Subject));
        Assert.All(found, row => Assert.Null(row.State));
        Assert.All(found, row => Assert.Equal(1, row.StatePosition));
    }

    /// <summary>Parts from one that every name holds to one that a single name holds, alone and together, with every filter.</summary>
    [Theory]
    [InlineData("0号", 40)]
    [InlineData("虚构商店 0号", 40)]
    [InlineData("虚构商店 00号", 4)]
    [InlineData("虚构商店0 连锁分号", 400)]
    [InlineData("虚构商店 连锁 分号 号", 400)]
    [InlineData("0123号 虚构商店", 1)]
    [InlineData("连锁分号 0123号", 1)]
    [InlineData("连锁分号 012 虚构", 11)]
    [InlineData("连锁分号 9999号", 0)]
    public async Task Search_of_rare_and_common_parts_gives_the_first_of_all_that_hold_them(string text, int count)
    {
        const int Names = 400;
        await WriteAsync(Enumerable.Range(0, Names).Select(i => new SubjectWrite(
            Named(i, $"虚构商店{i:0000}号连锁分号") with { Grade = i % 2 == 0 ? "A" : "B" }, null)));
        var terms = SearchTerms.Read(text)!;
        var expected = Enumerable.Range(0, Names).Where(i => terms.AreIn($"虚构商店{i:0000}号连锁分号")).ToList();
        Assert.Equal(count, expected.Count);
        Assert.Equal(Join(expected.Take(200)), await FoundAsync(new SubjectQuery(text, null, null, null, 200)));
        Assert.Equal(Join(expected.Take(1)), await FoundAsync(new SubjectQuery(text, null, null, null, 1)));
        Assert.Equal(
            Join(expected.Where(i => i > 100 && i % 2 == 0).Take(5)),
            await FoundAsync(new SubjectQuery(text, "1201", "A", Subject(100), 5)));

        static string Join(IEnumerable<int> numbers) => string.Join(' ', numbers);
    }

    [Theory]
    [InlineData("x", 10)]
    [InlineData("𬭩", 10)]
    [InlineData("甲 乙", 10)]
    [InlineData("xx", 0)]
    [InlineData("xx", 201)]
    public async Task Search_out_of_its_bounds_is_refused(string text, int limit) => await Assert.ThrowsAnyAsync<ArgumentException>(
        () => Subjects.SearchAsync(new SubjectQuery(text, null, null, null, limit), Cancellation));

    private static StoredSubject Named(int number, string name) =>
        Row(Subject(number), 1, [1]) with { Description = new SubjectDescription(name, "120110", null, null) };

    private async Task<string> FoundAsync(SubjectQuery query) => string.Join(
        ' ', (await Subjects.SearchAsync(query, Cancellation)).Select(
            row => int.Parse(row.Subject.Value.AsSpan(12), CultureInfo.InvariantCulture)));
}
