namespace CreditGrains.Portal.Texts;

/// <summary>Words of the pages on which an organisation declares something of itself (自主申报).</summary>
public static class DeclarationTexts
{
    public static readonly Text Title = new("自主申报", "Declare something of yourself");
    public static readonly Text ClassQuestion = new("申报哪一类信息？", "What kind of information is it?");
    public static readonly Text ClassMissing = new("请选择申报类别。", "Choose the kind of information.");
    public static readonly Text LongestTerm = new("有效期最长 {0} 个月", "Holds for at most {0} months");
    public static readonly Text TitleQuestion = new("申报名称", "What is it called?");

    public static readonly Text TitleHint = new(
        "例如证书、荣誉或公益活动的名称。最多 200 字。", "For instance the name of a certificate, honour or charity. At most 200 characters.");

    public static readonly Text TitleMissing = new("请填写申报名称。", "Enter what it is called.");
    public static readonly Text ContentQuestion = new("申报内容", "What do you declare?");

    public static readonly Text ContentHint = new(
        "写明时间、内容和可供核验的文书编号。不要写个人姓名、证件号码、电话。最多 4000 字。",
        "Say when, what, and the numbers of documents by which it can be verified. Do not name people, and give no identity or telephone "
        + "numbers. At most 4,000 characters.");

    public static readonly Text ContentMissing = new("请填写申报内容。", "Describe what you declare.");
    public static readonly Text UntilQuestion = new("从哪一天起不再有效？（可选）", "From which day does it no longer hold? (optional)");
    public static readonly Text UntilHint = new("不填的，到 {0} 失效。", "Left empty, it ends on {0}.");
    public static readonly Text UntilLeftOut = new("未填，到 {0} 失效", "Not given: it ends on {0}");
    public static readonly Text UntilWrong = new("失效日期须在 {0} 至 {1} 之间。", "The day must be from {0} to {1}.");
    public static readonly Text BodyQuestion = new("由哪个单位核验？", "Which department is to verify it?");
    public static readonly Text BodyMissing = new("请选择核验单位。", "Choose the department.");
    public static readonly Text SignQuestion = new("签署真实性承诺", "Sign the truth commitment");
    public static readonly Text Truth = new("真实性承诺和授权", "Truth commitment and authorisation");

    public static readonly Text NotPublicYet = new(
        "提交后尚不公开，也不计入评价；核验通过后才公示和使用。", "Nothing of it is published or counts until a department has verified it.");

    public static readonly Text VerifyFollows = new(
        "核验单位在 {0} 个工作日内作出结论。核验不实的，按违反承诺记入信用档案。",
        "The department decides within {0} working days. If it is refuted, that is recorded in your file as a broken commitment.");
}
