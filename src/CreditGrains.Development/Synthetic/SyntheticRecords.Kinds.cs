namespace CreditGrains.Development.Synthetic;

internal sealed partial class SyntheticRecords
{
    /// <summary>Records with these numbers may be yearly grades, each of its own year, so that no year is graded twice.</summary>
    private const int YearlyNumbersMax = 4;

    private static readonly byte[][] AuthorityCodes =
        [.. SyntheticOrganisations.Authorities.Select(authority => System.Text.Encoding.UTF8.GetBytes(authority.Code))];

    private static readonly byte[][] AuthorityNames =
        [.. SyntheticOrganisations.Authorities.Select(authority => System.Text.Encoding.UTF8.GetBytes(authority.Name))];

    private void WriteContent(int organisation, int number, int revision, Conduct conduct, ref SeededRandom random)
    {
        if (number == 0)
        {
            Registration(organisation, revision, conduct, ref random);
            return;
        }

        var date = Day(ref random);
        var draw = random.Below(1000);
        var penaltiesBelow = conduct switch { Conduct.Good => 70, Conduct.Mixed => 240, _ => 420 };
        if (draw < penaltiesBelow)
            Penalty(organisation, number, revision, conduct, date, ref random);
        else if (draw < 480)
            Licence(organisation, number, revision, date, ref random);
        else if (draw < 790)
            Inspection(organisation, number, revision, conduct, date, ref random);
        else if (draw < 890 && number <= YearlyNumbersMax)
            TaxGrade(organisation, number, revision, conduct, ref random);
        else if (draw < 905 && number == YearlyNumbersMax + 1)
            NationalGrade(organisation, number, revision, conduct, date);
        else if (draw < 920 && conduct != Conduct.Good && number <= _lastDay - _firstDay)
            ListEntry(organisation, number, revision, conduct, ref random);
        else if (draw < 930 && conduct != Conduct.Good)
            Judgment(organisation, number, revision, date, ref random);
        else if (draw < 965)
            Commitment(organisation, number, revision, conduct, date, ref random);
        else
            Honour(organisation, number, revision, date, ref random);
    }

    private void Registration(int organisation, int revision, Conduct conduct, ref SeededRandom random)
    {
        var founded = DateOnly.FromDayNumber(_firstDay - random.Below(365 * OldestYears));
        Begin(organisation, 0, revision, "registration"u8).Add("\"name\":\""u8);
        SyntheticOrganisations.AddName(_line, organisation);
        _line.Add("\",\"region\":\""u8).Add(SyntheticOrganisations.RegionOf(organisation))
            .Add("\",\"status\":\""u8).Add(conduct == Conduct.Poor && random.Below(5) == 0 ? "revoked"u8 : "active"u8)
            .Add("\",\"establishedOn\":\""u8).Add(founded)
            .Add("\",\"registeredCapital\":\""u8).Add(10 * (1 + random.Below(500)) + revision).Add("万元\""u8);
    }

    private void Penalty(int organisation, int number, int revision, Conduct conduct, DateOnly date, ref SeededRandom random)
    {
        var grave = random.Below(100);
        var serious = conduct == Conduct.Poor && grave < 15;
        var authority = random.Below(5);
        Begin(organisation, number, revision, "penalty"u8).Add("\"documentNumber\":\""u8);
        AddDocument("罚"u8, date, organisation, number).Add("\",\"violation\":\"虚构的违法行为类型\",\"facts\":\"虚构的违法事实"u8);
        if (revision > 1)
            _line.Add("（第"u8).Add(revision).Add("次更正）"u8);
        _line.Add("\",\"legalBasis\":\"虚构条例第"u8).Add(1 + random.Below(80)).Add("条\",\"penaltyTypes\":["u8);
        if (serious)
            _line.Add("\"licence-revocation\",\"fine\""u8);
        else
            _line.Add(grave < 40 ? "\"warning\""u8 : grave < 90 ? "\"fine\""u8 : "\"fine\",\"confiscation\""u8);
        _line.Add("],\"content\":\"虚构的处罚内容\""u8);
        if (serious || grave >= 40)
        {
            _line.Add(",\"fine\":\""u8).Add(random.Below(serious ? 200 : 20)).Add("."u8).Add(1 + random.Below(99), 2).Add("\""u8);
            if (!serious && grave >= 90)
                _line.Add(",\"confiscated\":\""u8).Add(1 + random.Below(9)).Add(".5\""u8);
        }

        _line.Add(",\"decidedOn\":\""u8).Add(date).Add("\""u8);
        AddAuthority(authority);
    }

    private void Licence(int organisation, int number, int revision, DateOnly date, ref SeededRandom random)
    {
        var authority = random.Below(5);
        Begin(organisation, number, revision, "licence"u8).Add("\"documentNumber\":\""u8);
        AddDocument("许"u8, date, organisation, number).Add("\",\"documentName\":\"虚构行政许可决定书\",\"licenceType\":\""u8)
            .Add(random.Below(4) == 0 ? "approval"u8 : "ordinary"u8).Add("\",\"content\":\"虚构的许可内容"u8);
        if (revision > 1)
            _line.Add("（第"u8).Add(revision).Add("次更正）"u8);
        _line.Add("\",\"decidedOn\":\""u8).Add(date).Add("\",\"validFrom\":\""u8).Add(date)
            .Add("\",\"validUntil\":\""u8).Add(date.AddYears(1 + random.Below(5))).Add("\""u8);
        AddAuthority(authority);
    }

    private void Inspection(int organisation, int number, int revision, Conduct conduct, DateOnly date, ref SeededRandom random)
    {
        var passed = random.Below(100) < (conduct switch { Conduct.Good => 97, Conduct.Mixed => 85, _ => 65 });
        var authority = random.Below(5);
        Begin(organisation, number, revision, "inspection"u8).Add("\"inspectionNumber\":\""u8);
        AddDocument("检"u8, date, organisation, number).Add("\",\"result\":\""u8)
            .Add(passed ? "passed"u8 : random.Below(3) == 0 ? "failed"u8 : "corrected"u8)
            .Add("\",\"mode\":\""u8).Add(random.Below(3) == 0 ? "targeted"u8 : "random"u8)
            .Add("\",\"content\":\"虚构的检查内容"u8).Add(revision).Add("\",\"inspectedOn\":\""u8).Add(date).Add("\""u8);
        AddAuthority(authority, named: false);
    }

    private void TaxGrade(int organisation, int number, int revision, Conduct conduct, ref SeededRandom random)
    {
        var year = options.EndDate.Year - number;
        var decided = new DateOnly(year + 1, 1, 1 + random.Below(28));
        var place = Math.Min(4, random.Below(3) + (conduct switch { Conduct.Good => 0, Conduct.Mixed => 1, _ => 2 }) + revision - 1);
        Begin(organisation, number, revision, "tax-grade"u8).Add("\"year\":"u8).Add(year).Add(",\"level\":\""u8)
            .Add("AABMCD"u8.Slice(place, 1)).Add("\",\"decidedOn\":\""u8)
            .Add(decided < options.EndDate ? decided : options.EndDate).Add("\""u8);
        AddAuthority(5, named: false);
    }

    private void NationalGrade(int organisation, int number, int revision, Conduct conduct, DateOnly date)
    {
        var place = Math.Min(3, (conduct switch { Conduct.Good => 0, Conduct.Mixed => 1, _ => 2 }) + revision - 1);
        Begin(organisation, number, revision, "national-grade"u8).Add("\"level\":\""u8).Add("ABCD"u8.Slice(place, 1))
            .Add("\",\"evaluatedOn\":\""u8).Add(date).Add("\""u8);
        AddAuthority(7, named: false);
    }

    private void ListEntry(int organisation, int number, int revision, Conduct conduct, ref SeededRandom random)
    {
        var date = OwnDay(organisation, number);
        var serious = conduct == Conduct.Poor && random.Below(3) == 0;
        Begin(organisation, number, revision, "list-entry"u8).Add("\"documentNumber\":\""u8);
        AddDocument("列"u8, date, organisation, number).Add("\",\"list\":\""u8)
            .Add(serious ? "market-regulation"u8 : "abnormal-operation"u8)
            .Add("\",\"level\":\""u8).Add(serious ? "serious"u8 : "abnormal"u8)
            .Add("\",\"reason\":\"虚构的列入事由"u8).Add(revision)
            .Add("\",\"legalBasis\":\"虚构条例第"u8).Add(1 + random.Below(80)).Add("条\""u8)
            .Add(",\"listedOn\":\""u8).Add(date).Add("\",\"until\":\""u8).Add(date.AddYears(serious ? 3 : 1)).Add("\""u8);
        AddAuthority(0, named: false);
    }

    private void Judgment(int organisation, int number, int revision, DateOnly date, ref SeededRandom random)
    {
        Begin(organisation, number, revision, "judgment"u8).Add("\"caseNumber\":\""u8);
        AddDocument("民初"u8, date, organisation, number).Add("\",\"result\":\""u8)
            .Add(random.Below(3) == 0 ? "debt-unperformed"u8 : "performed"u8)
            .Add("\",\"cause\":\"虚构的案由"u8).Add(revision).Add("\",\"decidedOn\":\""u8).Add(date)
            .Add("\",\"court\":\""u8).Add(AuthorityNames[6]).Add("\""u8);
    }

    private void Commitment(int organisation, int number, int revision, Conduct conduct, DateOnly date, ref SeededRandom random)
    {
        var kept = random.Below(100) < (conduct == Conduct.Poor ? 80 : 97);
        Begin(organisation, number, revision, "commitment"u8).Add("\"commitmentNumber\":\""u8);
        AddDocument("诺"u8, date, organisation, number).Add("\",\"commitmentType\":\"approval\",\"content\":\"虚构的承诺内容"u8).Add(revision)
            .Add("\",\"result\":\""u8).Add(kept ? "performed"u8 : "breached"u8)
            .Add("\",\"madeOn\":\""u8).Add(date.AddDays(-random.Below(90))).Add("\",\"statusOn\":\""u8).Add(date)
            .Add("\",\"acceptedBy\":\""u8).Add(AuthorityCodes[random.Below(5)]).Add("\""u8);
    }

    private void Honour(int organisation, int number, int revision, DateOnly date, ref SeededRandom random)
    {
        Begin(organisation, number, revision, "honour"u8).Add("\"documentNumber\":\""u8);
        AddDocument("荣"u8, date, organisation, number).Add("\",\"name\":\"虚构的荣誉称号"u8).Add(revision)
            .Add("\",\"level\":\""u8).Add(random.Below(4) == 0 ? "provincial"u8 : "city"u8)
            .Add("\",\"awardedOn\":\""u8).Add(date).Add("\""u8);
        AddAuthority(7, named: false);
    }

    private void AddAuthority(int authority, bool named = true)
    {
        _line.Add(",\"authority\":\""u8).Add(AuthorityCodes[authority]).Add("\""u8);
        if (named)
            _line.Add(",\"authorityName\":\""u8).Add(AuthorityNames[authority]).Add("\""u8);
    }
}
