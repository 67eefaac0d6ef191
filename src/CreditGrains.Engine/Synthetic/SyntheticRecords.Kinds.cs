namespace CreditGrains.Engine.Synthetic;

internal sealed partial class SyntheticRecords
{
    /// <summary>Yearly grades are given for the years before the last, one each, by the records with these numbers.</summary>
    private const int YearlyNumbersMax = 4;

    private static readonly SyntheticAuthority[] Authorities = [.. SyntheticOrganisations.Authorities];

    private void WriteContent(int organisation, int number, int revision, Conduct conduct, ref SeededRandom random)
    {
        if (number == 0)
        {
            Registration(organisation, revision, conduct, ref random);
            return;
        }

        var date = Day(ref random);
        var draw = random.Below(1000);
        var penalties = conduct switch { Conduct.Good => 70, Conduct.Mixed => 240, _ => 420 };
        if (draw < penalties)
            Penalty(organisation, number, revision, conduct, date, ref random);
        else if (draw < 480)
            Licence(organisation, number, revision, date, ref random);
        else if (draw < 780)
            Inspection(organisation, number, revision, conduct, date, ref random);
        else if (draw < 900 && number <= YearlyNumbersMax)
            TaxGrade(organisation, number, revision, conduct, ref random);
        else if (draw < 930 && conduct != Conduct.Good)
            ListEntry(organisation, number, revision, conduct, date, ref random);
        else if (draw < 965)
            Commitment(organisation, number, revision, conduct, date, ref random);
        else
            Honour(organisation, number, revision, date, ref random);
    }
}
