using CreditGrains.Portal.Texts;

namespace CreditGrains.Portal.Cases;

/// <summary>The part of a form of a case in which files are uploaded.</summary>
/// <param name="Files">Those uploaded so far, in their order.</param>
/// <param name="KeptYears">Years after the end of a case at which its files are destroyed at the latest.</param>
public sealed record ProofFieldModel(IReadOnlyList<ProofFileModel> Files, int KeptYears)
{
    /// <summary>The files as an answer to be checked.</summary>
    public IReadOnlyList<Text> Words => Files.Count == 0 ? [ProofTexts.None] : [.. Files.Select(file => new Text(file.Line, file.Line))];
}

/// <summary>A file of a party, as the store has it.</summary>
/// <param name="Digest"><c>sha256:</c> and 64 hexadecimal digits.</param>
/// <param name="Name">As it was given.</param>
/// <param name="Kind">Type and size in words.</param>
public sealed record ProofFileModel(string Digest, string Name, string Kind)
{
    /// <summary>In one line.</summary>
    public string Line => $"{Name} ({Kind})";
}
