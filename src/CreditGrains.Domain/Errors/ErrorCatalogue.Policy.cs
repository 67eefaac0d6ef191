namespace CreditGrains.Domain.Errors;

/// <summary>Codes about a change of the rules: the life of a policy version, its activation, the catalogue.</summary>
public static partial class ErrorCatalogue
{
    public static readonly ErrorDescription PolicyInvalid = Define("policy-invalid", 422,
        "The policy does not load.", "评价标准文本有误，无法加载。",
        "Validate it: every mistake is listed with its line and what to do.", "请先校验；校验结果逐条列出行号和改法。");

    public static readonly ErrorDescription PolicyVersionExists = Define("policy-version-exists", 409,
        "There is a policy of this version already.", "该版本号的评价标准已存在。",
        "Use the one that is there, or give the text a version of its own.", "请使用已有版本，或在文本中写入新的版本号。");

    public static readonly ErrorDescription PolicyVersionChanged = Define("policy-version-changed", 409,
        "The content of a policy version never changes.", "已登记版本的内容不得变更。",
        "Give the changed text a new version.", "内容有改动的，请使用新的版本号。");

    public static readonly ErrorDescription PolicySelfApproval = Define("policy-self-approval", 403,
        "Nobody approves a policy of his own.", "起草人不得审批自己起草的评价标准。",
        "Have another person approve it.", "请由他人审批。");

    public static readonly ErrorDescription PolicyReasonRequired = Define("policy-reason-required", 422,
        "This step needs a reason.", "该操作必须说明理由。",
        "Say in a sentence why; it is kept with the step.", "请用一句话说明理由；理由将随操作留存。");

    public static readonly ErrorDescription PolicyNotApproved = Define("policy-not-approved", 409,
        "The policy version has not been approved.", "该版本尚未审批。",
        "Have a second person approve it first.", "请先由第二人审批。");

    public static readonly ErrorDescription PolicyAlreadyApproved = Define("policy-already-approved", 409,
        "The policy version has been approved before.", "该版本已经审批。",
        "Nothing is to be done; it can be activated.", "无需再次审批，可直接启用。");

    public static readonly ErrorDescription PolicyWithdrawn = Define("policy-withdrawn", 409,
        "The policy version has been withdrawn.", "该版本已撤回。",
        "Draft a new version.", "请起草新版本。");

    public static readonly ErrorDescription PolicyInForce = Define("policy-in-force", 409,
        "The policy version is in force or scheduled.", "该版本正在施行或已排期。",
        "Activate another version or cancel what is scheduled first.", "请先启用其他版本，或取消排期。");

    public static readonly ErrorDescription PolicyActivationInPast = Define("policy-activation-in-past", 422,
        "A policy cannot come into force in the past.", "启用时间不得早于当前时间。",
        "Leave the instant out to activate at once, or name a later one.", "立即启用请不填时间，否则请填写将来的时间。");

    public static readonly ErrorDescription PolicyNotScheduled = Define("policy-not-scheduled", 409,
        "No activation of this version lies ahead.", "该版本没有待生效的排期。",
        "What has come into force is replaced by activating another version.", "已生效的，请以启用其他版本的方式替换。");

    public static readonly ErrorDescription PolicyNeverInForce = Define("policy-never-in-force", 409,
        "The version has never been in force, so there is nothing to roll back to.", "该版本从未施行，无法回退。",
        "Activate it instead.", "请改用启用操作。");

    public static readonly ErrorDescription PolicyNotSimulated = Define("policy-not-simulated", 409,
        "The version has not been simulated against the one in force.", "该版本尚未与现行版本进行模拟比较。",
        "Simulate it first; what it would do is then known.", "请先模拟，了解其影响。");

    public static readonly ErrorDescription PolicySimulationStale = Define("policy-simulation-stale", 409,
        "The simulation says nothing of this activation: it is of another day or rulebook, too old, or the subjects have become many more.",
        "该模拟不能作为本次启用的依据：日期或规则手册不同、时间过久，或主体数量明显增加。",
        "Simulate again, as of the day from which the version is to be in force.", "请以拟施行之日为基准日重新模拟。");

    public static readonly ErrorDescription PolicyConfirmationNeeded = Define("policy-confirmation-needed", 409,
        "The policy would put many subjects down a grade.", "该评价标准将使较多主体等级下降。",
        "Look at the simulation; to go on, repeat the request with confirmDowngrades set to the number named.",
        "请核对模拟结果；确需启用的，请在请求中以confirmDowngrades写明所示数量。");

    public static readonly ErrorDescription UnknownPolicy = Define("unknown-policy", 404,
        "There is no such policy version.", "没有该版本的评价标准。",
        "List the versions; a version is what its text names.", "请先查询版本列表；版本号以文本内所写为准。");

    public static readonly ErrorDescription UnknownRun = Define("unknown-run", 404,
        "There is no such run.", "没有该次运行。",
        "List the runs; of simulations the newest 32 are kept.", "请查询运行列表；模拟仅保留最近32次。");

    public static readonly ErrorDescription RunState = Define("run-state", 409,
        "The run is not in a state that allows this.", "该次运行的当前状态不允许此操作。",
        "Look at its state: only the newest run can be paused, resumed or cancelled, and only a simulation that ended early started again.",
        "请查看其状态；只有最近一次运行可以暂停、继续或取消，只有未完成即结束的模拟可以重新开始。");

    public static readonly ErrorDescription UnknownPlan = Define("unknown-plan", 404,
        "There is no such inspection plan.", "没有该抽查计划。",
        "List the plans.", "请查询抽查计划列表。");

    public static readonly ErrorDescription PlanNotDrawn = Define("plan-not-drawn", 409,
        "The draw of this inspection plan came to nothing.", "该抽查计划抽取未完成。",
        "Look at the reason named, then draw it again under the same name.", "请查看所示原因，然后以同一名称重新抽取。");

    public static readonly ErrorDescription PlanExists = Define("plan-exists", 409,
        "There is an inspection plan of this name already, or it is being drawn.", "该名称的抽查计划已存在或正在抽取。",
        "A plan is drawn once and never changes; use the one that is there, or draw another under a name of its own.",
        "抽查计划一经抽取不得变更；请使用已有计划，或以新名称另行抽取。");

    public static readonly ErrorDescription RulebookInvalid = Define("rulebook-invalid", 422,
        "The rulebook does not load.", "规则手册有误，无法加载。",
        "Check the folder (credit rulebook check): every mistake is listed with its file, line and what to do.",
        "请先检查规则手册；结果逐条列出文件、行号和改法。");

    public static readonly ErrorDescription RulebookSelfApproval = Define("rulebook-self-approval", 403,
        "Nobody puts a rulebook in force that he has handed in himself.", "提交人不得自行启用所提交的规则手册。",
        "Have another person apply it.", "请由他人启用。");

    public static readonly ErrorDescription RulebookInForce = Define("rulebook-in-force", 409,
        "This rulebook is in force already.", "该规则手册已在施行。",
        "Nothing is to be done.", "无需操作。");

    public static readonly ErrorDescription RulebookAtStartOnly = Define("rulebook-at-start-only", 409,
        "On this platform a rulebook is changed by a start of all its nodes.", "本平台的规则手册只能在全部节点重新启动时更换。",
        "Put the files into the folder of every node and start the nodes again.", "请将文件放入各节点的规则手册目录，然后重新启动各节点。");

    public static readonly ErrorDescription UnknownRulebook = Define("unknown-rulebook", 404,
        "There is no such rulebook among those handed in.", "没有提交过该规则手册。",
        "Look at the list (credit rulebook list), or hand it in first (credit rulebook propose).", "请查看已提交的规则手册，或先行提交。");

    public static readonly ErrorDescription CatalogueIncompatible = Define("catalogue-incompatible", 409,
        "The new rulebook does not fit the records that are stored.", "新规则手册与已存信息不兼容。",
        "Undo the changes listed, or correct or withdraw the records that would no longer be valid.",
        "请撤销所列改动，或先更正、撤回将不再有效的信息。");
}
