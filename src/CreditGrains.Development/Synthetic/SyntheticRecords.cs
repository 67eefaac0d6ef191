namespace CreditGrains.Development.Synthetic;

/// <summary>
/// The content of synthetic events, in the kinds and fields of rulebook <c>cn-district</c>. What a record says depends on the seed, its
/// organisation and its number alone, so that it can be written again at any time.
/// </summary>
internal sealed partial class SyntheticRecords(SyntheticOptions options, SyntheticOrganisations organisations)
{
    /// <summary>Registrations date from up to this many years before the first decision.</summary>
    private const int OldestYears = 15;

    private readonly JsonLine _line = new();
    private readonly byte[] _code = new byte[Domain.Identifiers.Uscc.Length];
    private readonly int _firstDay = options.EndDate.AddYears(-options.Years).DayNumber;
    private readonly int _lastDay = options.EndDate.DayNumber;
    private readonly ulong _seed = options.Seed;

    /// <summary>How an organisation behaves: most well, some badly.</summary>
    private enum Conduct
    {
        Good,
        Mixed,
        Poor,
    }

    /// <summary>One record; number 0 is the registration. A higher revision says something else under the same id.</summary>
    public ReadOnlyMemory<byte> Write(int organisation, int number, int revision)
    {
        var random = new SeededRandom(_seed, 4 + (ulong)organisation, (ulong)number);
        var conduct = ((organisation * 7919L + (long)(_seed % 1000)) % 20) switch
        {
            < 14 => Conduct.Good,
            < 19 => Conduct.Mixed,
            _ => Conduct.Poor,
        };
        _line.Clear();
        WriteContent(organisation, number, revision, conduct, ref random);
        _line.Add("}}"u8);
        return _line.Written;
    }

    /// <summary>Everything before the first field of <c>data</c>.</summary>
    private JsonLine Begin(int organisation, int number, int revision, ReadOnlySpan<byte> kind)
    {
        AddId(organisation, number);
        organisations.WriteCode(organisation, _code);
        return _line.Add("\",\"revision\":"u8).Add(revision).Add(",\"op\":\"put\",\"subject\":\""u8).Add(_code)
            .Add("\",\"kind\":\""u8).Add(kind).Add("\",\"data\":{"u8);
    }

    /// <summary>The parts of the id are kept apart by letters: eleven digits that hyphens part may be a person's telephone.</summary>
    private void AddId(int organisation, int number) =>
        _line.Add("{\"id\":\"XN"u8).Add((long)(_seed % 1_000_000)).Add("-S"u8).Add(organisation).Add("-R"u8).Add(number);

    private DateOnly Day(ref SeededRandom random) => DateOnly.FromDayNumber(_firstDay + 1 + random.Below(_lastDay - _firstDay));

    /// <summary>A day that the organisation's records with other numbers do not have, for kinds whose natural key is a date.</summary>
    private DateOnly OwnDay(int organisation, int number) =>
        DateOnly.FromDayNumber(_lastDay - (int)((organisation * 31L + number * 1009L) % (_lastDay - _firstDay)));

    /// <summary>A document number of an invented authority, unique for the record.</summary>
    private JsonLine AddDocument(
        ReadOnlySpan<byte> word, DateOnly date, int organisation, int number, ReadOnlySpan<byte> before = default) =>
        _line.Add(before).Add("虚"u8).Add(word).Add("〔"u8).Add(date.Year).Add("〕"u8).Add(organisation + 1).Add("-"u8).Add(number).Add("号"u8);
}
