using System.Text;
using CreditGrains.Domain.Feeds;
using CreditGrains.Domain.Identifiers;

namespace CreditGrains.Domain.Tests.Feeds;

/// <summary>Numbers of persons are found by their structure, however they are written; other numbers are not taken for them.</summary>
[Invariant(10)]
public sealed class PersonalDataFormsTests
{
    private static readonly DateOnly Today = new(2026, 11, 29);

    private static readonly string[] Identities =
        [Identity("11010519491231002"), Identity("12011019880229123"), Identity("81000019790612345"), "110105491231002", "320583680115123"];

    private static readonly string[] Mobiles = ["13800138000", "19912345678", "15098765432"];

    private static readonly string[] Separators =
        [
            " ", "-", "–", "—", "_", "/", "·", "\u3000", "\u00A0", "\u200B", "\u2060", "\u00AD", "\uFEFF", "\n", "\t",
            "、", "：", " - ", "--", "..", "|", "*",
        ];

    private static readonly string[] Scripts =
        ["０", "٠", "۰", "०", "๐", "໐", "၀", "០", "᠐", "𝟎", "𝟘", "𝟬", "𝟶", "\U0001FBF0"];

    [Fact]
    public void Every_generated_form_of_a_number_of_a_person_is_found()
    {
        var forms = Forms().Distinct().ToList();
        Assert.True(forms.Count >= 200, $"{forms.Count} forms");
        Assert.All(forms, form =>
        {
            Assert.True(PersonalDataScanner.Holds(form, Today), form);
            Assert.True(PersonalDataScanner.Holds(Encoding.UTF8.GetBytes(form), Today), form);
        });
    }

    [Theory]
    [InlineData("13810000110A45B73Q")]
    [InlineData("1381 0000 110A 45B7 3Q")]
    [InlineData("批准机关13810000110A45B73Q，")]
    [InlineData("16332.500000万人民币")]
    [InlineData("1,795,969.6778(万元人民币)")]
    [InlineData("13,800,138,000元")]
    [InlineData("696,485.49 + 50,019.66 + 312.70 + 64,884.41; surcharges 30,011.79 + 20,007.86 come on top")]
    [InlineData("https://example.org/hechi/tzgg_15562/tzgg_15563/202608/t20260807_438093.html")]
    [InlineData("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("c13800138000a2feaa0c55ad015a3bf4f1b2b0b822cd15d6")]
    [InlineData("工商注册号320584000114296")]
    [InlineData("2026-11-29 15:30:00")]
    [InlineData("2026-11-29 13:30:00-15:30:00")]
    [InlineData("2026-11-28T18:17:13.1234567+00:00")]
    [InlineData("2026-11-28T18:17:13.123456789Z")]
    [InlineData("138001380001390013900")]
    [InlineData("12013800138000")]
    [InlineData("A123456789")]
    [InlineData("津丽市监罚〔2026〕12号 罚款13500元 第13、15、17条")]
    public void Numbers_of_other_things_are_not_taken_for_persons(string text)
    {
        Assert.False(PersonalDataScanner.Holds(text, Today));
        Assert.False(PersonalDataScanner.Holds(Encoding.UTF8.GetBytes(text), Today));
    }

    [Theory]
    [InlineData("A123456789", true)]
    [InlineData("身分證字號：a123456789號", true)]
    [InlineData("IDＡ１２３４５６７８９", true)]
    [InlineData("A1-2345-6789", true)]
    [InlineData("A800000014", true)]
    [InlineData("AA00000009", true)]
    [InlineData("A123456788", false)]
    [InlineData("A1234567890", false)]
    [InlineData("金管證二字第0950012345號", false)]
    [InlineData("22099131", false)]
    public void Identity_number_of_taiwan_is_found_under_a_rulebook_of_taiwan_only(string text, bool isPerson)
    {
        var forms = PersonalDataScanner.FormsOf("TW");
        Assert.Equal(isPerson, PersonalDataScanner.Holds(text, Today, forms));
        Assert.Equal(isPerson, PersonalDataScanner.Holds(Encoding.UTF8.GetBytes(text), Today, forms));
        Assert.False(PersonalDataScanner.Holds(text, Today, PersonalDataScanner.FormsOf("CN")));
    }

    [Fact]
    public void Names_addresses_and_codes_of_real_enterprises_hold_no_number_of_a_person()
    {
        var count = 0;
        foreach (var row in SharedData.Rows("cn_enterprises_uscc/enterprises_dev.csv"))
        {
            foreach (var (column, text) in row)
            {
                Assert.False(PersonalDataScanner.Holds(Encoding.UTF8.GetBytes(text), Today), $"{column}: {text}");
                count++;
            }
        }

        Assert.True(count >= 100_000, $"{count} texts");
    }

    [Fact]
    public void Long_texts_of_separated_digits_are_judged_in_time_linear_in_their_length()
    {
        var text = string.Join(' ', Enumerable.Repeat("2", 100_000));
        Assert.False(PersonalDataScanner.Holds(text, Today));
        Assert.True(PersonalDataScanner.Holds(text + " 电话13800138000", Today));
    }

    private static IEnumerable<string> Forms()
    {
        foreach (var number in Identities.Concat(Mobiles))
        {
            yield return number;
            yield return $"tel{number}abc";
            yield return $"负责人{number}号";
            yield return $"({number})";
            yield return $"a={number};b=2";
            foreach (var separator in Separators)
            {
                yield return string.Join(separator, number.Chunk(4).Select(chunk => new string(chunk)));
                yield return $"电话{number[..3]}{separator}{number[3..]}人";
            }

            yield return string.Join('.', number.ToCharArray());
            yield return string.Join(' ', number.ToCharArray());
            foreach (var zero in Scripts)
                yield return string.Concat(number.Select(c => char.IsAsciiDigit(c) ? Digit(zero, c - '0') : c.ToString()));
        }

        foreach (var number in Mobiles)
        {
            foreach (var code in new[] { "86", "086", "0086", "+86", "+86 ", "(86)", "（+86）", "+86-", "86 0", "0", "(0)", "+86(0)" })
            {
                yield return code + number;
                yield return $"联系电话{code}{number[..3]}-{number[3..7]}-{number[7..]}";
            }

            yield return $"({number[..3]}){number[3..]}";
            yield return $"{number[..3]}.{number[3..7]}.{number[7..]}";
            yield return number + Mobiles[0];
            yield return $"{number}{Mobiles[0]}{Mobiles[1]}";
            yield return Identities[1] + number;
            yield return number + number.Replace("1", "①", StringComparison.Ordinal);
        }

        yield return "11010519491231002Ⅹ";
        yield return "11010519491231002Ｘ";
        yield return "11010519491231002 x";
        yield return "11010519491231002Х";
        yield return "①③⑧⓪⓪①③⑧⓪⓪⓪";
        yield return "¹³⁸⁰⁰¹³⁸⁰⁰⁰";
    }

    private static string Digit(string zero, int digit) => char.ConvertFromUtf32(char.ConvertToUtf32(zero, 0) + digit);

    private static string Identity(string first17) =>
        "0123456789X".Select(check => first17 + check).First(number => ResidentIdentityNumber.Is(number, Today));
}
