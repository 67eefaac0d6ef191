namespace CreditGrains.Development.Synthetic;

internal sealed partial class SyntheticRecords
{
    /// <summary>Kinds of bad lines, in equal shares.</summary>
    internal static readonly string[] BadCodes =
    [
        "malformed-json", "uscc-check-digit", "uscc-length", "unknown-kind", "unknown-field", "required", "wrong-type", "not-in-code-list",
        "date-in-future", "personal-data",
    ];

    /// <summary>A line that a feed must reject. Its id is its own, so that it collides with nothing.</summary>
    /// <param name="organisation">Organisation that the line names.</param>
    /// <param name="serial">Number of the bad line, from 1.</param>
    /// <param name="random">Decides what is wrong with it.</param>
    public ReadOnlyMemory<byte> WriteBad(int organisation, long serial, ref SeededRandom random)
    {
        var code = BadCodes[random.Below(BadCodes.Length)];
        organisations.WriteCode(organisation, _code);
        if (code == "uscc-check-digit")
            _code[17] = _code[17] == (byte)'1' ? (byte)'2' : (byte)'1';
        _line.Clear();
        _line.Add("{\"id\":\"BAD"u8).Add((long)(_seed % 1_000_000)).Add("-"u8).Add(serial)
            .Add("\",\"revision\":1,\"op\":\"put\",\"subject\":\""u8)
            .Add(code == "uscc-length" ? _code.AsSpan(0, 17) : _code).Add("\",\"kind\":\""u8)
            .Add(code == "unknown-kind" ? "hearsay"u8 : "honour"u8).Add("\",\"data\":{"u8);
        if (code == "unknown-field")
            _line.Add("\"colour\":\"red\","u8);
        if (code != "required")
            AddDocument("荣"u8, options.EndDate, organisation, (int)serial, "\"documentNumber\":\"BAD-"u8).Add("\","u8);
        _line.Add("\"name\":"u8).Add(code switch
        {
            "wrong-type" => "17"u8,
            "personal-data" => "\"联系电话13900000000\""u8,
            _ => "\"虚构的荣誉称号\""u8,
        });
        _line.Add(",\"level\":\""u8).Add(code == "not-in-code-list" ? "galactic"u8 : "city"u8).Add("\",\"awardedOn\":\""u8)
            .Add(code == "date-in-future" ? options.EndDate.AddYears(50) : options.EndDate).Add("\""u8);
        AddAuthority(7, named: false);
        _line.Add(code == "malformed-json" ? "}"u8 : "}}"u8);
        return _line.Written;
    }
}
