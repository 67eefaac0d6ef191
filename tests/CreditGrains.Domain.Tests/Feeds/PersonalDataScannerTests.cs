using System.Text;
using CreditGrains.Domain.Feeds;

namespace CreditGrains.Domain.Tests.Feeds;

/// <summary>Data that identify a person are found before they can reach the journal.</summary>
[Invariant(10)]
public class PersonalDataScannerTests
{
    private static readonly DateOnly Today = new(2026, 11, 21);

    [Theory]
    [InlineData("11010519491231002X")]
    [InlineData("身份证号11010519491231002x，男")]
    [InlineData("１１０１０５１９４９１２３１００２Ｘ")]
    [InlineData("110105 19491231 002X")]
    [InlineData("110105-19491231-002X。")]
    [InlineData("身份证110105491231002")]
    [InlineData("A11010519491231002X")]
    [InlineData("110105491231002")]
    [InlineData("身份证号码为：110105491231002号")]
    [InlineData("13800138000")]
    [InlineData("电话：１３８００１３８０００")]
    [InlineData("138 0013 8000")]
    [InlineData("138-0013-8000")]
    [InlineData("+8613800138000")]
    [InlineData("+86 138-0013-8000")]
    [InlineData("8位00 13800138000")]
    [InlineData("138\u200B00138000")]
    [InlineData("tel13800138000x")]
    public void Number_of_a_person_is_found(string text)
    {
        Assert.True(PersonalDataScanner.Holds(text, Today));
        Assert.True(PersonalDataScanner.Holds(Encoding.UTF8.GetBytes($"甲，{text}"), Today));
    }

    [Theory]
    [InlineData("")]
    [InlineData("110105194912310021")]
    [InlineData("11010520491231002X")]
    [InlineData("11010519491331002X")]
    [InlineData("99010519491231002X")]
    [InlineData("11010519491231002X9")]
    [InlineData("91110105MA00003490")]
    [InlineData("914403001922038216")]
    [InlineData("12345678901")]
    [InlineData("12800138000")]
    [InlineData("2138001380001")]
    [InlineData("138001380001")]
    [InlineData("1380013800")]
    [InlineData("津丽市监罚〔2026〕12号，罚款20000元，2026年3月4日")]
    public void Other_numbers_pass(string text)
    {
        Assert.False(PersonalDataScanner.Holds(text, Today));
        Assert.False(PersonalDataScanner.Holds(Encoding.UTF8.GetBytes(text), Today));
    }

    [Fact]
    public void Codes_of_registered_enterprises_are_not_taken_for_persons()
    {
        foreach (var row in SharedData.Rows("cn_enterprises_uscc/enterprises_dev.csv"))
            Assert.False(PersonalDataScanner.Holds($"统一社会信用代码{row["uscc"]}，", Today), row["uscc"]);
    }
}
