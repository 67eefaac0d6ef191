using System.Text;
using CreditGrains.Domain.Names;

namespace CreditGrains.Domain.Tests.Names;

/// <summary>Spellings that a reader takes for the same name are the same to a search, and others are not (faults 30 and 40).</summary>
public sealed class NameFoldingTests
{
    [Theory]
    [InlineData("虚构（杭州）咨询有限公司", "虚构(杭州)咨询有限公司")]
    [InlineData("虚构【杭州】", "虚构〔杭州〕")]
    [InlineData("ＡＢＣ虚构贸易", "abc虚构贸易")]
    [InlineData("Ünïcode Fiktiv GmbH", "u\u0308NI\u0308CODE fiktiv gmbh")]
    [InlineData("\u00E9虚构", "e\u0301虚构")]
    [InlineData("a\u0323\u0302b", "a\u0302\u0323b")]
    [InlineData("虚构㈱株式", "虚构(株)株式")]
    [InlineData("虚构·中点•圆点", "虚构・中点･圆点")]
    [InlineData("虚构‧甲∙乙⋅丙", "虚构·甲·乙·丙")]
    [InlineData("虚构　全角空格", "虚构全角 空格")]
    [InlineData("虚\u200B构\uFEFF甲", "虚构甲")]
    [InlineData("李寧體育", "李宁体育")]
    [InlineData("臺灣颱風檯", "台湾台风台")]
    [InlineData("黃金說說戶", "黄金说說户")]
    [InlineData("发展", "發展")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("甲－乙", "甲—乙")]
    [InlineData("“甲”", "\"甲\"")]
    [InlineData("\uF900", "\u8C48")]
    [InlineData("ｶﾞ", "ガ")]
    [InlineData("각", "\u1100\u1161\u11A8")]
    [InlineData("𠮷\U000E0100野家", "𠮷野家")]
    public void Fold_of_spellings_of_one_name_is_the_same(string one, string other) =>
        Assert.Equal(NameFolding.Fold(one), NameFolding.Fold(other));

    [Theory]
    [InlineData("虚构、顿号", "虚构·顿号")]
    [InlineData("虚构﨑公司", "虚构崎公司")]
    [InlineData("虚构𬭩新材料", "虚构翁新材料")]
    [InlineData("100%", "100")]
    [InlineData("甲_乙", "甲乙")]
    [InlineData("e虚构", "é虚构")]
    [InlineData("未来", "末来")]
    public void Fold_of_different_names_differs(string one, string other) =>
        Assert.NotEqual(NameFolding.Fold(one), NameFolding.Fold(other));

    [Fact]
    public void Fold_of_every_character_is_folded_already()
    {
        var wrong = new List<string>();
        for (var code = 0; code <= 0x10FFFF; code++)
        {
            if (!Rune.IsValid(code))
                continue;
            var once = NameFolding.Fold(new Rune(code).ToString());
            if (NameFolding.Fold(once) != once)
                wrong.Add($"U+{code:X4}");
        }

        Assert.True(wrong.Count == 0, string.Join(' ', wrong.Take(50)));
    }

    [Fact]
    public void Fold_of_a_long_or_broken_text_ends()
    {
        Assert.Equal(4_000, NameFolding.Fold(new string('Ａ', 4_000)).Length);
        Assert.Equal("\uFFFDa", NameFolding.Fold("\uD800A"));
        Assert.Equal(string.Empty, NameFolding.Fold(" \u3000\u200B"));
    }

    /// <summary>The reason for tables of our own: were this to fail, the runtime's normalisation would do.</summary>
    [Fact]
    public void Runtime_without_globalisation_normalises_nothing() =>
        Assert.Equal("Ａ", "Ａ".Normalize(NormalizationForm.FormKC));
}
