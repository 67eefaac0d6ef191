namespace CreditGrains.Portal.Hosting;

/// <summary>The addresses of pages, in one place, all below <see cref="Root"/>: so requests find their way to the portal.</summary>
public static class PortalPaths
{
    public const string Root = "/portal";
    public const string Home = Root;
    public const string Assets = Root + "/assets";

    /// <summary>Sign-in and what belongs to it; the only part in which the framework's sign-in handlers run.</summary>
    public const string Session = Root + "/session";
    public const string SignIn = Session + "/sign-in";
    public const string SignOut = Session + "/sign-out";
    public const string Purpose = Session + "/purpose";

    /// <summary>Where the identity provider tells that a session has ended; people never come here.</summary>
    public const string BackchannelLogout = Session + "/backchannel-logout";
    public const string Callback = Session + "/callback";
    public const string DevelopmentProvider = Session + "/development";

    public const string Search = Root + "/search";
    public const string Subjects = Root + "/subjects";
    public const string Lists = Root + "/lists";
    public const string Rules = Root + "/rules";
    public const string Verify = Root + "/verify";
    public const string VerifyReport = Verify + "/report";
    public const string About = Root + "/about";
    public const string Accessibility = Root + "/accessibility";
    public const string Contact = Root + "/contact";

    /// <summary>How to object, and how to have an entry repaired.</summary>
    public const string Rights = Root + "/rights";

    /// <summary>The catalogue of commitments that organisations may sign.</summary>
    public const string Commitments = Root + "/commitments";

    /// <summary>Cases, by number; without one, all that are open.</summary>
    public const string Cases = Root + "/cases";

    /// <summary>Cases that a department opens.</summary>
    public const string CasesNew = Cases + "/new";

    /// <summary>Reports of sources, and lines returned to them.</summary>
    public const string Sources = Root + "/sources";

    /// <summary>The operator's console.</summary>
    public const string Operation = Root + "/operation";
    public const string People = Operation + "/people";
    public const string Retention = Operation + "/retention";
    public const string Emergency = Operation + "/emergency";
    public const string Subscriptions = Operation + "/subscriptions";
    public const string SubscriptionNew = Subscriptions + "/new";
    public const string Statistics = Operation + "/statistics";
    public const string Bulletins = Operation + "/bulletins";
    public const string InspectionPlans = Operation + "/inspection-plans";
    public const string Recomputations = Root + "/recomputations";
    public const string Policies = Root + "/policies";
    public const string PolicyDraft = Policies + "/draft";
    public const string Rulebook = Root + "/rulebook";
    public const string RulebookDraft = Rulebook + "/draft";
    public const string RulebookUpload = Rulebook + "/upload";
    public const string Simulations = Root + "/simulations";

    public const string Checks = Root + "/checks";
    public const string CheckLists = Checks + "/list";
    public const string CheckListJobs = Checks + "/lists";
    public const string CheckReminders = Checks + "/reminders";
    public const string MeasureTasks = Root + "/measures/tasks";
    public const string MeasureAudit = Root + "/measures/audit";
    public const string Watchlists = Root + "/watchlists";
    public const string WatchlistNew = Watchlists + "/new";

    /// <summary>Pages that other portals frame, and the session of these.</summary>
    public const string Embed = Root + "/embed";
    public const string EmbedCheck = Embed + "/check";
    public const string EmbedSignIn = Embed + "/sign-in";

    /// <summary>Leads to <see cref="EmbedCheck"/>, below which the cookies go.</summary>
    public const string EmbedCheckShort = "/embed/check";

    /// <summary>Whole files of organisations, for themselves and for officers.</summary>
    public const string Organisations = Root + "/organisations";

    /// <summary>The public page of an organisation.</summary>
    public static string Subject(string code) => $"{Subjects}/{Uri.EscapeDataString(code)}";

    /// <summary>The credit report of an organisation, for everybody; each visit makes one.</summary>
    public static string SubjectReport(string code) => $"{Subject(code)}/report";

    /// <summary>A page of an organisation's whole file; the file itself where no page is named.</summary>
    public static string Organisation(string code, string? page = null) =>
        $"{Organisations}/{Uri.EscapeDataString(code)}{(page is null ? "" : "/" + page)}";

    /// <summary>A page of a case; the case itself where no page is named.</summary>
    public static string Case(string number, string? page = null) =>
        $"{Cases}/{Uri.EscapeDataString(number)}{(page is null ? "" : "/" + page)}";

    /// <summary>Where a department opens a case of a kind; for one organisation where its code is named.</summary>
    public static string CaseNew(string kind, string? code = null) =>
        $"{CasesNew}/{kind}{(code is null ? "" : "/" + Uri.EscapeDataString(code))}";

    /// <summary>The page of a subscription, or one below it.</summary>
    public static string Subscription(string id, string? page = null) =>
        $"{Subscriptions}/{Uri.EscapeDataString(id)}{(page is null ? "" : "/" + page)}";

    /// <summary>A page of a watchlist; its changes where no page is named.</summary>
    public static string Watchlist(string id, string? page = null) =>
        $"{Watchlists}/{Uri.EscapeDataString(id)}{(page is null ? "" : "/" + page)}";

    /// <summary>A large list of checks.</summary>
    public static string CheckListJob(string list) => $"{CheckListJobs}/{Uri.EscapeDataString(list)}";

    /// <summary>A measure to be applied or lifted.</summary>
    public static string MeasureTask(string task) => $"{MeasureTasks}/{Uri.EscapeDataString(task)}";

    /// <summary>Feedback on a check.</summary>
    public static string CheckFeedback(string number) => $"{Checks}/{Uri.EscapeDataString(number)}/feedback";

    /// <summary>The page of a policy version.</summary>
    public static string Policy(string version) => $"{Policies}/{Uri.EscapeDataString(version)}";

    /// <summary>The page of a rulebook that was handed in.</summary>
    public static string RulebookProposal(string digest) => $"{Rulebook}/proposals/{Uri.EscapeDataString(digest)}";

    /// <summary>The bulletin of a month, or one department's part of it.</summary>
    public static string Bulletin(string month, string? source = null) =>
        $"{Bulletins}/{Uri.EscapeDataString(month)}{(source is null ? "" : "/" + Uri.EscapeDataString(source))}";

    /// <summary>A page of a source; its health where no page is named.</summary>
    public static string Source(string source, string? page = null) =>
        $"{Sources}/{Uri.EscapeDataString(source)}{(page is null ? "" : "/" + page)}";

    /// <summary>A path of this portal with query, as a request gives it; else the home page, so that no link leads away.</summary>
    public static string LocalOrHome(string? path) =>
        path is not null && (path == Root || path.StartsWith(Root + "/", StringComparison.Ordinal)) && path.Length <= 2000
            && !path.Contains('\\', StringComparison.Ordinal) && !path.Any(char.IsControl)
            && !path.StartsWith(Session, StringComparison.Ordinal)
            ? path
            : Home;
}
