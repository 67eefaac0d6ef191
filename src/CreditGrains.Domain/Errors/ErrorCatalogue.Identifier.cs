namespace CreditGrains.Domain.Errors;

/// <summary>Codes about the identifier of an organisation (semantics, section 3).</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription UsccLength = Define("uscc-length", 422,
        "A unified social credit code has 18 characters.", "统一社会信用代码应为18位。",
        "Check that no character is missing or doubled; older numbers (registration, organisation or tax numbers) are not accepted here.",
        "请检查是否缺位或多位；工商注册号、组织机构代码、税务登记号等旧代码不在此处使用。");

    public static readonly ErrorDescription UsccAlphabet = Define("uscc-alphabet", 422,
        "The code holds a character that may not stand there.", "统一社会信用代码含有该位置不允许的字符。",
        "The letters I, O, S, V and Z are never used, and characters 3 to 8 are digits; often a letter O stands for a zero.",
        "代码不使用字母I、O、S、V、Z，第3至8位为数字；常见错误是把数字0写成字母O。");

    public static readonly ErrorDescription UsccAuthority = Define("uscc-authority", 422,
        "No registration authority issues codes that begin like this.", "不存在以该字符开头的登记管理部门。",
        "Compare the first character with the certificate.", "请对照证书核对第1位。");

    public static readonly ErrorDescription UsccTypeUnknown = Define("uscc-type-unknown", 422,
        "The table of entity types does not list the code's second character; the code is accepted.",
        "统一社会信用代码第2位不在该登记管理部门的机构类别表内；代码已接收。",
        "Only a warning. Compare the first two characters with the certificate.", "仅作提示，请对照证书核对前两位。");

    public static readonly ErrorDescription UsccCheckDigit = Define("uscc-check-digit", 422,
        "The check digit (character 18) is wrong.", "统一社会信用代码第18位校验码错误。",
        "Compare the code with the certificate. If it was issued so, ask the operator to put it on the exception list, with evidence.",
        "请对照证书核对。如证书所载代码确系如此，请向平台运营方提交证明，列入例外名单。");

    public static readonly ErrorDescription UsccOrganisationCheckDigit = Define("uscc-organisation-check-digit", 422,
        "The check digit of the organisation code (character 17) is wrong.", "第9至17位主体标识码（组织机构代码）的校验码错误。",
        "Compare the code with the certificate. If it was issued so, ask the operator to put it on the exception list, with evidence.",
        "请对照证书核对。如证书所载代码确系如此，请向平台运营方提交证明，列入例外名单。");

    public static readonly ErrorDescription SubjectPattern = Define("subject-pattern", 422,
        "The identifier does not have the form that this jurisdiction uses.", "主体标识不符合本辖区的格式。",
        "The rulebook's scheme says which form is expected.", "请查看规则手册中的主体标识格式。");

    public static readonly ErrorDescription NaturalPerson = Define("natural-person", 422,
        "The record concerns a natural person.", "该信息的相对人是自然人。",
        "The platform holds information on organisations only. Leave such rows out of the feed.", "本平台只归集组织的信用信息，请勿报送此类数据。");
}
