namespace CreditGrains.Cli.Terminal;

/// <summary>Exit codes; part of the command line's contract.</summary>
public static class ExitCode
{
    /// <summary>Done: also when lines were rejected or a check says stop, for these are answers.</summary>
    public const int Done = 0;

    /// <summary>Failed; with <c>--strict</c> also: lines were rejected. Doctor: something FAILs.</summary>
    public const int Failed = 1;

    /// <summary>The command line cannot be understood.</summary>
    public const int Usage = 2;

    /// <summary>A file or rulebook is invalid.</summary>
    public const int Invalid = 3;

    /// <summary>The server cannot be reached, or stayed too busy.</summary>
    public const int Unreachable = 4;

    /// <summary>Not allowed: no token, an expired one, or one without the role.</summary>
    public const int NotAllowed = 5;

    /// <summary>Rows were sent and the answers do not tell of each: nothing may be concluded about them.</summary>
    public const int Unaccounted = 6;
}
