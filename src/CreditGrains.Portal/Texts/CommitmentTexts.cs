namespace CreditGrains.Portal.Texts;

/// <summary>Words of the pages of commitments (信用承诺): the public catalogue, and signing.</summary>
public static class CommitmentTexts
{
    public static readonly Text Title = new("签署信用承诺", "Sign a commitment");
    public static readonly Text MatterQuestion = new("要签署哪一项承诺？", "Which commitment do you want to sign?");

    public static readonly Text MatterHint = new(
        "以下事项来自承诺事项目录。下一步会显示承诺书全文。", "These are the items of the catalogue. You will read the whole text before you sign it.");

    public static readonly Text MatterMissing = new("请选择承诺事项。", "Choose a commitment.");
    public static readonly Text BodyQuestion = new("由哪个单位受理？", "Which department is to accept it?");
    public static readonly Text BodyHint = new("选择办理该事项的单位。", "Choose the department that handles the matter.");
    public static readonly Text BodyMissing = new("请选择受理单位。", "Choose the department.");
    public static readonly Text DueQuestion = new("最迟哪一天履行完毕？", "By when will it be performed?");

    public static readonly Text DueHint = new(
        "须晚于今天，例如 2027-03-31。到期后受理单位将核查履行情况。",
        "A day after today, for instance 2027-03-31. The department checks the performance after that day.");

    public static readonly Text DueMissing = new("请填写履行期限。", "Enter the day by which it will be performed.");
    public static readonly Text DueTooEarly = new("履行期限须晚于今天。", "The day must be after today.");

    public static readonly Text DueBeyondCalendar = new(
        "还没有 {0} 年的工作日历，核查期限无法计算。请填写更早的日期。",
        "There is no calendar of working days for {0} yet, by which the check would be counted. Enter an earlier day.");

    public static readonly Text SignQuestion = new("阅读并签署承诺书", "Read the text and sign it");

    public static readonly Text SignHint = new(
        "签署的内容与以下全文一字不差，平台同时保存其摘要。", "You sign exactly this text. The platform keeps its digest with it.");

    public static readonly Text Sign = new("我已阅读全文，代表本组织签署", "I have read all of it, and sign it for our organisation");
    public static readonly Text Signature = new("承诺书", "The text signed");

    public static readonly Text SignMissing = new(
        "请阅读全文并签署。文本有变化的，需要重新签署。", "Read the text and sign it. If the text has changed, sign it anew.");

    public static readonly Text AcceptFollows = new(
        "提交后，受理单位在 {0} 个工作日内决定是否受理；受理后承诺记入信用档案，到期核查。",
        "The department decides within {0} working days whether to accept it. Once accepted it is recorded in your file, and checked when "
        + "it is due.");

    public static readonly Text WithdrawLater = new(
        "履行期限届满前可以撤回，改按普通程序办理。", "Until it is due you may withdraw it, in favour of the ordinary route.");

    public static readonly Text Catalogue = new("信用承诺事项目录", "Catalogue of commitments");

    public static readonly Text CatalogueIntro = new(
        "组织可以就下列事项作出信用承诺。承诺由受理单位监管，履行情况记入信用档案；标明公开的，向社会公开。",
        "Organisations may make the commitments below. A department supervises each, and its performance is recorded in the organisation’s "
        + "file; those marked as public are published.");

    public static readonly Text CatalogueEmpty = new("没有可以签署的承诺。", "There is no commitment that could be signed.");
    public static readonly Text AnyBody = new("各有关单位", "Any department");
    public static readonly Text Public = new("向社会公开", "Public");
    public static readonly Text PublicList = new("查看公开的信用承诺", "See the commitments that are public");
    public static readonly Text Start = new("登录后签署", "Sign in to sign one");
}
