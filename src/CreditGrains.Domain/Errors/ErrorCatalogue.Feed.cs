namespace CreditGrains.Domain.Errors;

/// <summary>Codes that a line of a feed may be rejected with (semantics, sections 4 and 11).</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription MalformedJson = Define("malformed-json", 400,
        "The line is not one well-formed JSON object.", "该行不是格式正确的JSON对象。",
        "Send one JSON object a line, written by a JSON library.", "请每行发送一个由JSON库生成的对象。");

    public static readonly ErrorDescription InvalidUtf8 = Define("invalid-utf8", 400,
        "The line is not UTF-8.", "该行不是有效的UTF-8编码。",
        "Convert the file to UTF-8; exports in GBK are a frequent cause.", "请将文件转换为UTF-8；常见原因是以GBK导出。");

    public static readonly ErrorDescription DuplicateKey = Define("duplicate-key", 422,
        "The same key is given twice.", "同一字段出现两次。",
        "Give each key once.", "每个字段只能出现一次。");

    public static readonly ErrorDescription TooDeep = Define("too-deep", 422,
        "The object is nested too deeply.", "JSON嵌套过深。",
        "A record is flat: an object of values and lists of codes.", "记录是扁平结构，只含值和代码列表。");

    public static readonly ErrorDescription LineTooLong = Define("line-too-long", 413,
        "The line is longer than a line may be.", "该行超过长度上限。",
        "Shorten the texts; attachments do not belong into a feed.", "请缩短文本；附件不应放入报送数据。");

    public static readonly ErrorDescription UnknownKind = Define("unknown-kind", 422,
        "The catalogue has no such kind of record.", "目录中没有该信息类别。",
        "Use a kind of the catalogue.", "请使用目录中的信息类别。");

    public static readonly ErrorDescription UnknownField = Define("unknown-field", 422,
        "The kind has no such field.", "该信息类别没有此字段。",
        "Remove the field or correct its name; the catalogue lists the fields of each kind.", "请删除该字段或更正名称；目录列出了各类别的字段。");

    public static readonly ErrorDescription Required = Define("required", 422,
        "A required value is missing.", "缺少必填项。",
        "Fill in the field.", "请填写该字段。");

    public static readonly ErrorDescription WrongType = Define("wrong-type", 422,
        "The value does not have the type of the field.", "值的类型与字段不符。",
        "The catalogue gives the type of each field; dates are YYYY-MM-DD.", "请按目录规定的类型填写；日期格式为YYYY-MM-DD。");

    public static readonly ErrorDescription TooLong = Define("too-long", 422,
        "The text is longer than the field allows.", "文本超过字段长度上限。",
        "Shorten the text.", "请缩短文本。");

    public static readonly ErrorDescription ControlCharacter = Define("control-character", 422,
        "The text holds a control character.", "文本含有控制字符。",
        "Remove control characters; only line feeds and tabs may stand in texts.", "请删除控制字符；文本中只允许换行和制表符。");

    public static readonly ErrorDescription FormatCharacter = Define("format-character", 422,
        "The text holds an invisible character that changes how it is read.", "文本含有会改变阅读方式的不可见字符。",
        "Remove format characters, such as marks of the direction of writing or spaces of no width, and write the text again.",
        "请删除书写方向标记、零宽空格等格式字符后重新填写。");

    public static readonly ErrorDescription NotInCodeList = Define("not-in-code-list", 422,
        "The value is not in the code list of the field.", "值不在该字段的代码表内。",
        "Use a value of the code list.", "请使用代码表中的值。");

    public static readonly ErrorDescription OutOfRange = Define("out-of-range", 422,
        "The number is outside the range of the field.", "数值超出字段允许的范围。",
        "Check the value and its unit.", "请核对数值及其单位。");

    public static readonly ErrorDescription TooManyPlaces = Define("too-many-places", 422,
        "The number has more decimal places than the field allows.", "小数位数超过字段允许的位数。",
        "Round the value as the catalogue says.", "请按目录要求保留小数位数。");

    public static readonly ErrorDescription DateInFuture = Define("date-in-future", 422,
        "The date lies in the future.", "日期晚于今天。",
        "Check the date.", "请核对日期。");

    public static readonly ErrorDescription DateTooEarly = Define("date-too-early", 422,
        "The date lies before the earliest that the catalogue takes.", "日期早于目录允许的最早日期。",
        "Check the year; the catalogue may name another floor (notBefore).", "请核对年份；目录可另行规定最早日期（notBefore）。");

    public static readonly ErrorDescription DateOrder = Define("date-order", 422,
        "Two dates stand in the wrong order.", "两个日期的先后顺序有误。",
        "Check both dates.", "请核对这两个日期。");

    public static readonly ErrorDescription PersonalData = Define("personal-data", 422,
        "The text holds a resident-identity number or a mobile number.", "文本含有公民身份号码或手机号码。",
        "Remove the number and send the text again; nothing of it has been kept.", "请删除该号码后重新报送；该内容未予保存。");

    public static readonly ErrorDescription RevisionConflict = Define("revision-conflict", 409,
        "This revision is already known with other content.", "该版本号已存在，但内容不同。",
        "Send the changed content with the next higher revision.", "如需更正内容，请使用更高的版本号。");

    public static readonly ErrorDescription DuplicateRecord = Define("duplicate-record", 409,
        "The same decision is already known under another id.", "同一决定已以另一编号报送（重复报送）。",
        "Send changes under the id already known, or withdraw that one first.", "请在原编号下更正，或先撤回原记录。");

    public static readonly ErrorDescription SubjectChanged = Define("subject-changed", 409,
        "A record never moves to another subject.", "记录不得改挂到另一主体。",
        "Withdraw the record and report it anew under a new id.", "请撤回该记录，并以新编号重新报送。");

    public static readonly ErrorDescription KindChanged = Define("kind-changed", 409,
        "A record never becomes another kind.", "记录不得变更信息类别。",
        "Withdraw the record and report it anew under a new id.", "请撤回该记录，并以新编号重新报送。");

    public static readonly ErrorDescription SourceMayNotReport = Define("source-may-not-report", 403,
        "This source may not report this kind of record.", "该信源单位无权报送此类信息。",
        "Report it through the department that the catalogue names, or have the catalogue changed.", "请由目录规定的单位报送，或申请调整目录。");

    public static readonly ErrorDescription UnknownQuarantineLine = Define("unknown-quarantine-line", 404,
        "The quarantine has no such line.", "隔离区中没有该行。",
        "List the quarantine anew; the line may have been fixed or dismissed.", "请重新查询隔离区；该行可能已更正或已忽略。");
}
