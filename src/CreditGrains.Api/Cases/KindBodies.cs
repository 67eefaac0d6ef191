namespace CreditGrains.Api.Cases;

/// <summary>The proposal to put an organisation on a list (名单列入).</summary>
/// <param name="Subject">The organisation.</param>
/// <param name="List">A list of the rulebook.</param>
/// <param name="Grounds">Grounds of that list, by their name in the rulebook.</param>
/// <param name="Basis">Law and article, as the rulebook has it; that of the grounds where left out.</param>
/// <param name="DecidingBody">The department that acts, by its source id or its organ's code; the caller's own.</param>
/// <param name="Statement">Facts of the case; at most 4,000 characters.</param>
/// <param name="Proofs">Digests of uploaded files; at most 5.</param>
public sealed record ListingBody(
    string Subject, string List, string Grounds, string? Basis = null, string? DecidingBody = null, string? Statement = null,
    IReadOnlyList<string>? Proofs = null);

/// <summary>A commitment (信用承诺), signed with the text that was shown.</summary>
/// <param name="Subject">The organisation that signs.</param>
/// <param name="Type">
/// <c>approval</c>, <c>missing-papers</c>, <c>proof</c>, <c>repair</c>, <c>self-discipline</c> or <c>voluntary</c>, or a name that a plan
/// gives one of them.
/// </param>
/// <param name="Matter">A matter of the rulebook's catalogue, by name or title.</param>
/// <param name="Text">The catalogue's text, unchanged.</param>
/// <param name="AcceptedBy">The department that is to accept it, by its source id or its organ's code.</param>
/// <param name="DueOn">The day by which it will be performed, after today.</param>
/// <param name="Proofs">Digests of uploaded files; at most 5.</param>
public sealed record CommitmentBody(
    string Subject, string Type, string Matter, string Text, string AcceptedBy, DateOnly? DueOn = null,
    IReadOnlyList<string>? Proofs = null);

/// <summary>A declaration of an organisation about itself (自主申报).</summary>
/// <param name="Subject">The organisation.</param>
/// <param name="Class"><c>qualification</c>, <c>operation</c>, <c>contract</c> or <c>welfare</c>, as the rulebook has them.</param>
/// <param name="Title">Title of the declaration; at most 200 characters.</param>
/// <param name="Content">In full; at most 4,000 characters.</param>
/// <param name="VerifiedBy">The department that is to verify it, by its source id or its organ's code.</param>
/// <param name="Text">The rulebook's truth commitment, unchanged.</param>
/// <param name="Until">The first day on which it no longer holds; the longest term of its class where left out.</param>
/// <param name="Declaration">That the organisation makes the truth commitment.</param>
/// <param name="Proofs">Digests of uploaded files; at most 5.</param>
public sealed record DeclarationBody(
    string Subject, string Class, string Title, string Content, string VerifiedBy, string Text, DateOnly? Until = null,
    bool Declaration = false, IReadOnlyList<string>? Proofs = null);

/// <summary>A contract of two organisations (合同履约), as a department reports it. No telephone of anybody has a place in it.</summary>
/// <param name="Subject">甲方: the first party, in whose file the case stands.</param>
/// <param name="Party">乙方: the other party.</param>
/// <param name="ContractNumber">合同编号.</param>
/// <param name="ContractName">合同名称.</param>
/// <param name="ContractType"><c>administrative</c> or <c>market</c>.</param>
/// <param name="ProjectNumber">项目编号.</param>
/// <param name="FirstAddress">Address of the first party.</param>
/// <param name="SecondAddress">Address of the other party.</param>
/// <param name="SubjectMatter">主要标的名称.</param>
/// <param name="Specification">规格.</param>
/// <param name="Quantity">数量.</param>
/// <param name="UnitPrice">单价, as a decimal string.</param>
/// <param name="Amount">合同金额 in 10,000 yuan, as a decimal string.</param>
/// <param name="SignedOn">签订日期.</param>
/// <param name="AnnouncedOn">公告日期.</param>
/// <param name="DueOn">履约期限.</param>
/// <param name="Place">签订地点.</param>
/// <param name="Method">采购方式.</param>
/// <param name="Region">所属区域.</param>
/// <param name="Industry">所属行业.</param>
/// <param name="Note">其他补充.</param>
/// <param name="Proofs">Digests of uploaded files; at most 5.</param>
public sealed record ContractBody(
    string Subject, string Party, string ContractNumber, string? ContractName = null, string? ContractType = null,
    string? ProjectNumber = null, string? FirstAddress = null, string? SecondAddress = null, string? SubjectMatter = null,
    string? Specification = null, string? Quantity = null, string? UnitPrice = null, string? Amount = null, DateOnly? SignedOn = null,
    DateOnly? AnnouncedOn = null, DateOnly? DueOn = null, string? Place = null, string? Method = null, string? Region = null,
    string? Industry = null, string? Note = null, IReadOnlyList<string>? Proofs = null);
