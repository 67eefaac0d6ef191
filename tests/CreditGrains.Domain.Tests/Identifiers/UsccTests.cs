using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Domain.Tests.Identifiers;

public class UsccTests
{
    [Theory]
    [InlineData("914403001922038216")]
    [InlineData("9144030071526726XG")]
    [InlineData("91440300708461136T")]
    [InlineData("91110108551385082Q")]
    [InlineData("91330100799655058B")]
    [InlineData("91110000802100433B")]
    [InlineData("91100000100003962T")]
    [InlineData("911100000000184548")]
    [InlineData("91110000710926094P")]
    [InlineData("91440400192548256N")]
    [InlineData("91330000733796106P")]
    [InlineData("91350900587527783P")]
    [InlineData("91440300192317458F")]
    [InlineData("91320100748204660Q")]
    [InlineData("12100000400000624D")]
    [InlineData("12100000400002259P")]
    [InlineData("11120110000176778B")]
    [InlineData("11370881004339597L")]
    [InlineData("51100000500002862F")]
    [InlineData("53100000500019795A")]
    [InlineData("91350100M000100Y43")]
    [InlineData("91510185MA64ND8627")]
    [InlineData("91110105MA00003490")]
    [InlineData("91110105MA000004XW")]
    [InlineData("91110105MA00000908")]
    [InlineData("A1110000MB0123457U")]
    [InlineData("N2120110MB01234575")]
    [InlineData("Y1120110MB01234570")]
    [InlineData("92120110MJ0123456X")]
    [InlineData("52120112MJ01234562", "uscc-check-digit")]
    [InlineData("52120110MJ01234562")]
    [InlineData("31120110MJ01234567")]
    [InlineData("914403001922038217", "uscc-check-digit")]
    [InlineData("91330100799655058C", "uscc-check-digit")]
    [InlineData("91350100M000100Y4Z", "uscc-alphabet")]
    [InlineData("914403001292038216", "uscc-check-digit")]
    [InlineData("910443001922038216", "uscc-check-digit")]
    [InlineData("91320100250571846X", "uscc-check-digit")]
    [InlineData("9133O100799655058B", "uscc-alphabet")]
    [InlineData("9133A100799655058B", "uscc-alphabet")]
    [InlineData("123456789012345678", "uscc-organisation-check-digit")]
    [InlineData("000000000000000000", "uscc-authority")]
    [InlineData("941403001922038216", "uscc-check-digit")]
    [InlineData("14403001922038216", "uscc-length")]
    [InlineData("9144030019220382160", "uscc-length")]
    [InlineData("", "uscc-length")]
    [InlineData("91350100M0001TGQXM", "uscc-check-digit")]
    [InlineData("91350211M0000XUF46", "uscc-check-digit")]
    [InlineData("91350203M0001FUE2P", "uscc-check-digit")]
    public void Code_is_judged(string code, string? expected = null) => Assert.Equal(expected, Validate(code, out _));

    [Theory]
    [InlineData("91330100799655058b")]
    [InlineData(" 9133 0100-7996 5505 8B ")]
    [InlineData("９１３３０１００７９９６５５０５８Ｂ")]
    [InlineData("９１３３０１００－７９９６５５０５８　ｂ")]
    public void Code_as_people_write_it_is_normalised(string written)
    {
        Assert.Null(Validate(written, out var subject));
        Assert.Equal("91330100799655058B", subject);
    }

    [Fact]
    public void Normal_code_is_returned_as_the_same_instance()
    {
        var code = new string("91330100799655058B".AsSpan());
        Assert.Null(UsccScheme.Instance.Parse(code, SampleRulebook.NoExceptions, out var subject));
        Assert.Same(code, subject.Value);
    }

    [Fact]
    public void Judging_allocates_nothing()
    {
        Assert.Null(Uscc.Validate("91330100799655058B"));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _ = Uscc.Validate("91330100799655058B");
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("91350100M0001TGQXM", null)]
    [InlineData("000000000000000000", "uscc-authority")]
    [InlineData("9133O100799655058B", "uscc-alphabet")]
    [InlineData("14403001922038216", "uscc-length")]
    public void Exception_list_excuses_only_check_digits(string code, string? expected)
    {
        var rejection = UsccScheme.Instance.Parse(code, SampleRulebook.Admitting(code), out _);
        Assert.Equal(expected, rejection?.Code);
    }

    [Theory]
    [InlineData("11010519491231002X")]
    [InlineData("11010519491231002x")]
    [InlineData("１１０１０５-19491231-００２Ｘ")]
    public void Resident_identity_number_is_a_natural_person(string written) => Assert.Equal("natural-person", Validate(written, out _));

    [Theory]
    [InlineData("110105194912310021")]
    [InlineData("110105194913310028")]
    public void Number_that_is_no_resident_identity_number_is_judged_as_code(string written) =>
        Assert.NotEqual("natural-person", Validate(written, out _));

    [Fact]
    public void Code_that_is_also_an_identity_number_needs_the_exception_list()
    {
        const string division = "110119";
        var both = Enumerable.Range(0, 100_000)
            .Select(i => $"31{division}{i / 1000:00}0101{i % 1000:000}")
            .Select(code => code[..16] + Uscc.OrganisationCheckDigit(code.AsSpan(8, 8)) + "0")
            .Where(code => !code.Contains('X'))
            .Select(code => code[..17] + Uscc.CheckDigit(code))
            .First(code => ResidentIdentityNumber.Is(code, new DateOnly(2026, 1, 1)));

        Assert.Null(Uscc.Validate(both));
        Assert.Equal("natural-person", Validate(both, out _));
        Assert.Null(UsccScheme.Instance.Parse(both, SampleRulebook.Admitting(both), out _));
    }

    [Theory]
    [InlineData("92120110MJ0123456X", "市场监管", "个体工商户", "120110", "MJ0123456", true, false)]
    [InlineData("11120110000176778B", "机构编制", "机关", "120110", "000176778", false, true)]
    [InlineData("A1110000MB0123457U", "中央军委改革和编制办公室", "军队事业单位", "110000", "MB0123457", false, true)]
    [InlineData("Y1120110MB01234570", "其他", "其他", "120110", "MB0123457", false, false)]
    [InlineData("94120110MB01234570", "市场监管", "未列明", "120110", "MB0123457", false, false)]
    [InlineData("39120110MB01234570", "司法行政", "其他", "120110", "MB0123457", false, false)]
    public void Code_tells_its_facts(
        string code, string authority, string type, string division, string organisation, bool isSoleProprietor, bool isStateOrgan)
    {
        var facts = UsccFacts.Of(code)!;
        Assert.Equal((authority, type), (facts.Authority.In("zh"), facts.Type.In("zh")));
        Assert.Equal((division, organisation), (facts.Division, facts.OrganisationCode));
        Assert.Equal((isSoleProprietor, isStateOrgan), (facts.IsSoleProprietor, facts.IsStateOrgan));
    }

    [Theory]
    [InlineData("000000000000000000")]
    [InlineData("9B120110MB01234570")]
    [InlineData("91")]
    public void Code_of_no_table_has_no_facts(string code) => Assert.Null(UsccFacts.Of(code));

    [Fact]
    public void Every_single_digit_error_is_found()
    {
        const string good = "91110108551385082Q";
        for (var i = 8; i < Uscc.Length; i++)
        {
            foreach (var c in Uscc.Alphabet.Where(c => c != good[i]))
                Assert.NotNull(Uscc.Validate(good[..i] + c + good[(i + 1)..]));
        }
    }

    [Theory]
    [InlineData(@"\d{8}", "０１２３４５６７ ", null)]
    [InlineData(@"\d{8}", "0123456", "subject-pattern")]
    [InlineData(@"\d{8}", "012345678", "subject-pattern")]
    [InlineData(@"\d{8}|\d{10}", "0123456789", null)]
    [InlineData(@".*", "11010519491231002X", "natural-person")]
    [InlineData(@".*", "", "subject-pattern")]
    public void Pattern_must_match_the_whole(string pattern, string input, string? expected) =>
        Assert.Equal(expected, new PatternScheme(pattern).Parse(input, SampleRulebook.NoExceptions, out _)?.Code);

    [Fact]
    public void Pattern_refuses_long_input() =>
        Assert.Equal("subject-pattern", new PatternScheme("a*").Parse(new string('a', 65), SampleRulebook.NoExceptions, out _)?.Code);

    [Theory]
    [InlineData("(")]
    [InlineData("a)(b")]
    [InlineData("(?<=a)b")]
    public void Pattern_that_is_no_linear_expression_does_not_load(string pattern) =>
        Assert.ThrowsAny<ArgumentException>(() => new PatternScheme(pattern));

    private static string? Validate(string code, out string? subject)
    {
        var rejection = UsccScheme.Instance.Parse(code, SampleRulebook.NoExceptions, out var parsed);
        subject = parsed.Value;
        Assert.True(rejection is null || rejection.Pointer == "/subject");
        return rejection?.Code;
    }
}
