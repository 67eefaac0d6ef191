using System.Globalization;
using System.Text.Json;
using CreditGrains.Api.Authorization;
using CreditGrains.Api.Cases;
using CreditGrains.Api.Errors;
using CreditGrains.Api.Limits;
using CreditGrains.Api.Requests;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Procedures;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Api.Subjects;

/// <summary>Everything about one subject.</summary>
internal static class SubjectEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/subjects/{id}").WithTags("subjects");
        routes.MapGet("/v1/subjects/{id}", OverviewAsync).Require(AccessRules.Subject).WithTags("subjects")
            .WithSummary("One subject at a glance.");
        group.MapGet("/assessment", AssessAsync).Require(AccessRules.Subject).Within(capacities => capacities.Assessments)
            .WithSummary("The assessment with the records behind it, as of any date and as known at any point.");
        group.MapGet("/assessment/records", AssessmentRecords.PageAsync).Require(AccessRules.Subject)
            .Within(capacities => capacities.Assessments)
            .WithSummary("All records behind one indicator of the assessment, oldest first.");
        group.MapGet("/measures", MeasuresAsync).Require(AccessRules.Subject).Within(capacities => capacities.Assessments)
            .WithSummary("The measures in force on any date, each with its cause and its legal basis, and those suspended by an "
                + "objection.");
        group.MapGet("/explanation", ExplainAsync).Require(AccessRules.Subject).Within(capacities => capacities.Assessments)
            .WithSummary("The assessment in words: what counted, why, until when, and what would change it.");
        group.MapGet("/records", RecordsAsync).Require(AccessRules.Subject).Within(capacities => capacities.Lists)
            .WithSummary("The current revision of every record, newest first, with its marks.");
        group.MapGet("/timeline", TimelineAsync).Require(AccessRules.Subject).Within(capacities => capacities.Lists)
            .WithSummary("Every event in the order in which the platform learned of it.");
        group.MapGet("/access-log", AccessLogAsync).Require(AccessRules.AccessLog).Within(capacities => capacities.Lists)
            .WithSummary("Who read what about the subject and for what purpose, newest first.");
    }

    private static async Task<Ok<SubjectOverview>> OverviewAsync(
        string id, string? consistency, string? purpose, HttpContext context, SubjectReading reading)
    {
        var subject = await reading.BeginAsync(id, "subject", context);
        var view = await reading.FindAsync(subject, asOf: null, knownAt: null, context);
        return TypedResults.Ok(SubjectWriter.Overview(view, reading.TokenOf(view), Language.Of(context)));
    }

    private static async Task<Ok<AssessmentResponse>> AssessAsync(
        string id, string? asOf, string? knownAt, string? policy, string? consistency, string? purpose, HttpContext context,
        SubjectReading reading, CreditEngine engine)
    {
        var subject = await reading.BeginAsync(id, "assessment", context);
        var date = Parameters.Date("asOf", asOf);
        var view = await ViewAsync(subject, date, knownAt, policy, context, reading, engine);
        return TypedResults.Ok(AssessmentResponse.Of(view.Assess(), reading.TokenOf(view), Language.Of(context)));
    }

    private static async Task<Ok<MeasuresResponse>> MeasuresAsync(
        string id, string? asOf, string? knownAt, string? consistency, string? purpose, HttpContext context, SubjectReading reading)
    {
        var subject = await reading.BeginAsync(id, "measures", context);
        var view = await reading.FindAsync(subject, Parameters.Date("asOf", asOf), knownAt, context);
        return TypedResults.Ok(MeasuresResponse.Of(view, reading.TokenOf(view), Language.Of(context)));
    }

    private static async Task<Results<Ok<Explanation>, ContentHttpResult>> ExplainAsync(
        string id, string? asOf, string? knownAt, string? policy, string? consistency, string? purpose, HttpContext context,
        SubjectReading reading, CreditEngine engine)
    {
        var subject = await reading.BeginAsync(id, "explanation", context);
        var date = Parameters.Date("asOf", asOf);
        var view = await ViewAsync(subject, date, knownAt, policy, context, reading, engine);
        var language = Language.Of(context);
        var lines = AssessmentInWords.Of(view, language);
        context.Response.Headers.ContentLanguage = language;
        if (context.Request.Headers.Accept is [{ } accept] && accept.StartsWith("text/plain", StringComparison.OrdinalIgnoreCase))
            return TypedResults.Text(string.Join('\n', lines) + "\n", "text/plain; charset=utf-8");
        return TypedResults.Ok(new Explanation(subject.Value, view.AsOf, language, lines, reading.TokenOf(view)));
    }

    private static async Task<Ok<RecordsPage>> RecordsAsync(
        string id, string? asOf, string? limit, string? cursor, string? consistency, string? purpose, HttpContext context,
        SubjectReading reading, CaseReading cases, CreditEngine engine, Cursors cursors)
    {
        var subject = await reading.BeginAsync(id, "records", context);
        var date = Parameters.Date("asOf", asOf);
        var size = Parameters.Limit(limit);
        var list = $"records/{subject.Value}";
        var place = RecordPlace.Parse(cursors.Read(list, cursor));
        var view = await reading.FindAsync(subject, date, knownAt: null, context);
        var records = view.Evaluator.Standings(view.State, view.AsOf).Where(record => place is null || place.Value.IsBefore(record))
            .Take(size + 1).ToList();
        var language = Language.Of(context);
        var responses = new List<RecordResponse>(Math.Min(size, records.Count));
        var bytes = new PageBytes();
        while (responses.Count < Math.Min(size, records.Count) && !bytes.AreMany)
        {
            // Of each record the one revision that is shown, a few at a time: what is held does not grow with a record's history.
            var few = records.Skip(responses.Count).Take(Math.Min(PageBytes.Few, size - responses.Count)).ToList();
            var found = (await engine.Store.Journal.ReadRevisionsAsync(
                [.. few.Select(record => new RecordRevision(record.Record, record.Revision))], context.RequestAborted))
                .ToDictionary(entry => entry.Record);
            foreach (var record in few)
            {
                var entry = found.GetValueOrDefault(record.Record);
                bytes.Add(entry?.Payload.Length ?? 0);
                var data = entry is null ? null : ContentOf(entry, cases, context);
                responses.Add(Response(record, entry, data, engine, language));
            }
        }

        var more = records.Count > responses.Count;
        return TypedResults.Ok(new RecordsPage(
            subject.Value, view.AsOf, responses, more ? cursors.Make(list, RecordPlace.Of(records[responses.Count - 1]).ToString()) : null,
            reading.TokenOf(view)));
    }

    private static JsonElement? ContentOf(JournalEntry entry, CaseReading cases, HttpContext context)
    {
        var caller = Caller.Of(context);
        return Payload.Of(entry, cases.MayReadWritten(caller, entry), cases.MayReadFileNames(caller, entry));
    }

    private static async Task<Ok<TimelinePage>> TimelineAsync(
        string id, string? knownAt, string? limit, string? cursor, string? consistency, string? purpose, HttpContext context,
        SubjectReading reading, CaseReading cases, CreditEngine engine, Cursors cursors)
    {
        var subject = await reading.BeginAsync(id, "timeline", context);
        var size = Parameters.Limit(limit);
        var list = $"timeline/{subject.Value}";
        var after = cursors.Read(list, cursor) is { } place ? long.Parse(place, CultureInfo.InvariantCulture) : 0;
        var view = await reading.FindAsync(subject, asOf: null, knownAt, context);
        var point = Parameters.KnownAt(knownAt);
        var events = new List<TimelineEvent>();
        var bytes = new PageBytes();
        var more = true;
        while (more && events.Count < size && !bytes.AreMany)
        {
            var few = Math.Min(PageBytes.Few, size - events.Count);
            var entries = await engine.Subjects.HistoryAsync(subject, point, after, few + 1, context.RequestAborted);
            more = entries.Count > few;
            foreach (var entry in entries.Take(few))
            {
                bytes.Add(entry.Payload.Length);
                after = entry.Position;
                events.Add(new TimelineEvent(
                    entry.Record.Source.Value, entry.Record.Id, entry.Revision, WireNames.Of(entry.Op), entry.Kind, entry.Date,
                    entry.ReceivedAt, reading.TokenAt(entry.Shard, entry.Position),
                    ContentOf(entry, cases, context), entry.IsDestroyed));
            }
        }

        return TypedResults.Ok(new TimelinePage(
            subject.Value, events, more ? cursors.Make(list, $"{after}") : null, reading.TokenOf(view)));
    }

    private static async Task<Ok<AccessLogPage>> AccessLogAsync(
        string id, string? limit, string? cursor, string? purpose, HttpContext context, SubjectReading reading, CreditEngine engine,
        Cursors cursors)
    {
        var subject = await reading.BeginAsync(id, "access-log", context);
        var size = Parameters.Limit(limit);
        var list = $"access-log/{subject.Value}";
        long? before = cursors.Read(list, cursor) is { } place ? long.Parse(place, CultureInfo.InvariantCulture) : null;
        await engine.Access.FlushAsync(context.RequestAborted);
        var entries = await engine.Store.AccessLog.ReadAsync(subject, before, size + 1, context.RequestAborted);
        var page = entries.Take(size).Select(entry =>
            new AccessResponse(entry.Number, entry.At, entry.Actor, entry.Purpose, entry.Operation, entry.Reference)).ToList();
        return TypedResults.Ok(new AccessLogPage(
            subject.Value, page, entries.Count > size ? cursors.Make(list, $"{page[^1].Number}") : null,
            engine.Subjects.Current().ToString()));
    }

    /// <summary>
    /// The subject under the policy asked for. Where another rulebook comes into force in between, both are read again: facts and rules
    /// are of one (I11).
    /// </summary>
    internal static async Task<SubjectView> ViewAsync(
        SubjectId subject, DateOnly? date, string? knownAt, string? policy, HttpContext context, SubjectReading reading,
        CreditEngine engine)
    {
        while (true)
        {
            var rules = await RulesAsync(policy, context, engine);
            var view = await reading.FindAsync(subject, date, knownAt, context);
            if (rules is null)
                return view;
            if (rules.FactsVersion == view.Evaluator.FactsVersion)
                return view.Under(rules);
            context.RequestAborted.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// The rules of a version asked for by name; null for those in force. Whoever has nothing to do with policies sees only versions
    /// that are or were in force: a draft is no rule.
    /// </summary>
    private static async ValueTask<Evaluator?> RulesAsync(string? version, HttpContext context, CreditEngine engine)
    {
        if (string.IsNullOrEmpty(version))
            return null;
        var known = await engine.Policies.FindAsync(version, context.RequestAborted);
        var mayAll = Caller.Of(context).IsAny(AccessRules.PolicyRead.Any);
        if (known is null || !(mayAll || known.State is PolicyState.Active or PolicyState.Superseded))
        {
            throw new RequestRefusedException(
                ErrorCatalogue.UnknownPolicy, "/query/policy", version, StatusCodes.Status400BadRequest);
        }

        return known.Evaluator ?? throw new RequestRefusedException(ErrorCatalogue.PolicyInvalid, "/query/policy", version);
    }

    private static RecordResponse Response(
        RecordStatus record, JournalEntry? entry, JsonElement? data, CreditEngine engine, string language) => new(
        record.Record.Source.Value, record.Record.Id, record.Revision, record.Kind,
        engine.Rulebook.Catalogue.Kinds.TryGetValue(record.Kind, out var kind) ? kind.Title.In(language) : record.Kind,
        record.Date, record.Until, WireNames.Of(record.Severity), record.Withdrawn, record.Disputed, record.Suspended, record.Repaired,
        entry?.ReceivedAt, data,
        !record.Withdrawn && !record.Repaired && Repairability.IsRepairable(engine.Rulebook, record)
            ? new RepairNoticeResponse(record.RepairableFrom, engine.Rulebook.Clocks.Repair.Where?.In(language)) : null);
}
