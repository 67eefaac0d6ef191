namespace CreditGrains.Domain.Errors;

/// <summary>Codes about cases.</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription PlatformSource = Define("platform-source", 403,
        "The platform's own records are not fed.", "平台自身产生的信息不接受报送。",
        "Open a case instead; its steps make the records.", "请通过办件办理，相关信息由办理环节产生。");

    public static readonly ErrorDescription UnknownCase = Define("unknown-case", 404,
        "There is no such case, or it is not the caller's.", "没有该办件，或该办件与您无关。",
        "Check the number: two letters, the date, six digits.", "请核对办件编号：两位字母、日期、六位数字。");

    public static readonly ErrorDescription UnknownStep = Define("unknown-step", 404,
        "Cases of this kind have no such step.", "该类办件没有此办理环节。",
        "Look at docs/procedures.md for the steps there are.", "请查阅办理环节说明。");

    public static readonly ErrorDescription CaseState = Define("case-state", 409,
        "The case is not in a state that allows this step.", "办件当前状态不允许此操作。",
        "Look at the case again; it may have been decided, returned or withdrawn meanwhile.", "请重新查看办件；可能已办结、退回或撤回。");

    public static readonly ErrorDescription CaseChanged = Define("case-changed", 409,
        "The case or its record was changed by somebody else at the same time.", "办件或相关信息同时被他人变更。",
        "Look at the case again and decide anew.", "请重新查看办件后再行办理。");

    public static readonly ErrorDescription CaseOpen = Define("case-open", 409,
        "A case of this kind on this record is running.", "该信息已有同类办件正在办理。",
        "Wait for its outcome, or withdraw it first.", "请等待办理结果，或先撤回原办件。");

    public static readonly ErrorDescription AlreadyListed = Define("already-listed", 409,
        "The organisation is on this list on the same grounds.", "该主体已因同一事由列入该名单。",
        "Wait until that entry ends, or remove or revoke it; other grounds are another case.", "请待原列入期满，或先移出、撤销；事由不同的，可另行立案。");

    public static readonly ErrorDescription CaseRole = Define("case-role", 403,
        "This step is for somebody else to take.", "该环节应由其他方办理。",
        "Look at docs/procedures.md for who may take it.", "请查阅办理环节说明，由有权方办理。");

    public static readonly ErrorDescription NotTheDecidingBody = Define("not-the-deciding-body", 403,
        "Another body decides this.", "该事项应由其他单位认定。",
        "A record is repaired by the body that decided it; an objection is decided by the platform and answered by the source.",
        "谁认定、谁修复；异议由平台作出处理，由信源单位答复。");

    public static readonly ErrorDescription RecordWithdrawn = Define("record-withdrawn", 409,
        "The record has been withdrawn by its source.", "该信息已被信源单位撤回。",
        "Nothing is left to be corrected or repaired; withdraw the case, or have it rejected or refused.",
        "无需更正或修复；请撤回办件，或作不予采纳、不予修复处理。");

    public static readonly ErrorDescription DeclarationRequired = Define("declaration-required", 422,
        "The applicant has not declared that what he says is true.", "申请人未作出信用承诺声明。",
        "Set declaration to true once the applicant has made it.", "申请人作出承诺后，请将declaration置为true。");

    public static readonly ErrorDescription OldValueDiffers = Define("old-value-differs", 409,
        "The record does not hold the old value that was named.", "该信息的现有值与所填原值不一致。",
        "Read the record again and name the value that it holds now.", "请重新查看该信息，并填写其现有值。");

    public static readonly ErrorDescription OutcomeNotApplicable = Define("outcome-not-applicable", 422,
        "This outcome does not fit the record.", "该处理结果不适用于此信息。",
        "Choose an outcome that does.", "请选择适用的处理结果。");

    public static readonly ErrorDescription AnswerAwaited = Define("answer-awaited", 409,
        "The source still has time to answer.", "信源单位的答复期限尚未届满。",
        "Wait for its answer, or for the day after the one named.", "请等待答复，或于所示日期之后办理。");

    public static readonly ErrorDescription SuspensionOff = Define("suspension-off", 409,
        "The rulebook does not let an objection suspend a record.", "规则手册不允许在异议期间暂停使用该信息。",
        "The record stays marked as disputed.", "该信息仍保留异议标注。");

    public static readonly ErrorDescription NotRepairable = Define("not-repairable", 422,
        "A record of this kind is not repaired.", "该类信息不适用信用修复。",
        "Look at the subject's repairability for the records that can be.", "请查看可修复信息列表。");

    public static readonly ErrorDescription AlreadyRepaired = Define("already-repaired", 409,
        "The record has been repaired.", "该信息已完成信用修复。",
        "Nothing is to be done.", "无需操作。");

    public static readonly ErrorDescription RepairTooEarly = Define("repair-too-early", 409,
        "The shortest publicity period of the record is not over.", "该信息的最短公示期尚未届满。",
        "Apply on or after the date named.", "请于所示日期当日或之后申请。");

    public static readonly ErrorDescription RepairBanned = Define("repair-banned", 409,
        "The organisation gave false materials for a repair and may not apply before the date named.",
        "申请主体曾提供虚假修复材料，所示日期前不得申请。",
        "Apply on or after the date named.", "请于所示日期当日或之后申请。");

    public static readonly ErrorDescription NotExtendable = Define("not-extendable", 409,
        "The deadline cannot be extended: the rulebook does not allow it, it is over, or it was extended before.",
        "该期限不可延长：规则手册未允许、期限已过或已延长过。",
        "Take the next step.", "请办理下一环节。");

    public static readonly ErrorDescription UnknownListType = Define("unknown-list-type", 422,
        "The rulebook has no list of that name.", "规则手册中没有该名单。",
        "Only lists that law provides are kept; look at lists in procedures.yaml.", "仅可使用法律法规设定的名单，请查阅procedures.yaml。");

    public static readonly ErrorDescription UnknownGrounds = Define("unknown-grounds", 422,
        "The list does not have these grounds, or not with this basis.", "该名单没有此列入事由，或该事由没有此依据。",
        "Choose grounds of the list and a basis that belongs to them.", "请选择该名单规定的事由及相应依据。");

    public static readonly ErrorDescription UnknownBody = Define("unknown-body", 422,
        "The rulebook knows no such department.", "规则手册中没有该单位。",
        "Name a department by its source id or its organ's code; see bodies in procedures.yaml.", "请填写信源编号或机关统一社会信用代码。");

    public static readonly ErrorDescription HearingAwaited = Define("hearing-awaited", 409,
        "The organisation may still be heard.", "陈述申辩期限尚未届满。",
        "Decide after the date named.", "请于所示日期之后作出决定。");

    public static readonly ErrorDescription MeasureNotPublished = Define("measure-not-published", 422,
        "The list does not have this measure, or it is not published: it may not be applied.", "该措施不属于此名单或尚未公布，不得实施。",
        "Name measures of the list that are published.", "请选择该名单已公布的措施。");

    public static readonly ErrorDescription RemovalTooEarly = Define("removal-too-early", 409,
        "The shortest term of the entry is not over.", "列入的最短期限尚未届满。",
        "Remove it on or after the date named; a decision that was wrong is revoked.", "请于所示日期当日或之后移出；决定有误的，应予撤销。");

    public static readonly ErrorDescription UnknownCommitment = Define("unknown-commitment", 422,
        "The catalogue has no commitment on this matter.", "承诺事项目录中没有该事项。",
        "Choose a matter of the catalogue.", "请选择承诺事项目录中的事项。");

    public static readonly ErrorDescription TextDiffers = Define("text-differs", 422,
        "What was signed is not the text of the rulebook.", "所签署文本与规则手册公布的文本不一致。",
        "Show the text again and sign it unchanged.", "请重新出示文本，并签署未经改动的文本。");

    public static readonly ErrorDescription CommitmentNotDue = Define("commitment-not-due", 409,
        "The organisation still has time to perform.", "承诺履行期限尚未届满。",
        "Find a breach after the date named.", "请于所示日期之后认定违诺。");

    public static readonly ErrorDescription UnknownParty = Define("unknown-party", 422,
        "That is no party of the contract that the platform knows.", "该主体不是合同的另一方，或平台没有其信息。",
        "Name another organisation that the platform has records of; of a breach, one of the two parties.",
        "请填写平台已有信息的另一主体；认定违约的，填写合同双方之一。");

    public static readonly ErrorDescription ProcedureOff = Define("procedure-off", 422,
        "The rulebook does not keep cases of this kind.", "规则手册未启用该类办件。",
        "Have it added to procedures.yaml of the rulebook.", "请在规则手册procedures.yaml中补充。");

    public static readonly ErrorDescription ClockMissing = Define("clock-missing", 422,
        "The rulebook has no such deadline for that day, so the case has no limits to run by.", "规则手册缺少该日适用的办理期限，无法受理。",
        "Have the deadline added to clocks.yaml of the rulebook.", "请在规则手册clocks.yaml中补充该期限。");
}
