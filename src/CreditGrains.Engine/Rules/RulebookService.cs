using System.Text.Json;
using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Identifiers;
using CreditGrains.Domain.Policies;
using CreditGrains.Domain.Rulebooks;
using CreditGrains.Domain.Rulebooks.Reading;
using CreditGrains.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace CreditGrains.Engine.Rules;

/// <summary>
/// Changes of the rulebook beyond its policy while the platform runs: one person hands the files in, another puts them in force with a
/// reason. What does not fit the stored records is refused, naming them. One write puts a rulebook in force: a crash leaves the old one or
/// the new one.
/// </summary>
/// <remarks>
/// The change is made while nothing is being committed and no timeline is being followed: lines that were read under the old rulebook and
/// wait are judged again. In a cluster, where nodes would change one after the other, a rulebook is changed by a start of all nodes.
/// </remarks>
public sealed partial class RulebookService
{
    private const string ProposalKind = "rulebook-proposal";
    private const int FaultsNamed = 100;
    private const int ChangesKept = 100;
    private const int SettlingMax = 40;
    private const int SettlingPauseMs = 250;
    private const int AttemptsMax = 8;

    private readonly IStore _store;
    private readonly PolicyRepository _repository;
    private readonly RulesInForce _rules;
    private readonly PolicyService _policies;
    private readonly IIdentifierExceptions _exceptions;
    private readonly ICommitPause _commits;
    private readonly bool _mayReplace;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    internal RulebookService(
        IStore store, PolicyRepository repository, RulesInForce rules, PolicyService policies, IIdentifierExceptions exceptions,
        ICommitPause commits, bool mayReplace, string folder, TimeProvider time, ILogger log)
    {
        _store = store;
        _repository = repository;
        _rules = rules;
        _policies = policies;
        _exceptions = exceptions;
        _commits = commits;
        _mayReplace = mayReplace;
        _folder = folder;
        _time = time;
        _log = log;
    }

    /// <summary>The rulebook in force, with the policy that its files came with.</summary>
    public Rulebook InForce => _repository.Rulebook;

    /// <summary>Changes that the files would bring, and the stored records that stand against them; nothing is kept.</summary>
    /// <returns>All mistakes where they cannot be read; else the review.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<(RulebookReview? Review, IReadOnlyList<RulebookMistake> Mistakes)> CompareAsync(
        IReadOnlyDictionary<string, string> files, CancellationToken cancellation)
    {
        var read = RulebookReader.Read(files);
        return read.Rulebook is { } rulebook
            ? ((await ExamineAsync(rulebook, cancellation).ConfigureAwait(false)).Review, [])
            : (null, read.Mistakes);
    }

    /// <summary>Keeps files for another person to put in force. The same files handed in again are the same proposal.</summary>
    /// <exception cref="StoreException">The store cannot write.</exception>
    public async Task<RulebookStep> ProposeAsync(
        IReadOnlyDictionary<string, string> files, string author, string? note, CancellationToken cancellation)
    {
        var read = RulebookReader.Read(files);
        if (read.Rulebook is not { } rulebook)
            return new RulebookStep(null, null, new Rejection(ErrorCatalogue.RulebookInvalid, "/files"), read.Mistakes);
        var examined = await ExamineAsync(rulebook, cancellation).ConfigureAwait(false);
        if (await FindAsync(rulebook.BaseDigest, cancellation).ConfigureAwait(false) is { } known)
            return new RulebookStep(known, examined.Review, null, []);
        try
        {
            var kept = KeptRulebook.Of(rulebook, null);
            var proposal = new RulebookProposal(kept.Digest, author, _time.GetUtcNow(), note, kept.Files);
            var said = JsonSerializer.Serialize(
                new TakenOver(kept.Digest, TextsOf(examined.Review.Changes), author, note), RulebookJson.Default.TakenOver);
            await _store.Control.WriteAsync(
                [
                    new ControlWrite(
                        ProposalKind, kept.Digest, null, JsonSerializer.Serialize(proposal, RulebookJson.Default.RulebookProposal),
                        new ControlAction("proposed", author, said)),
                ],
                cancellation).ConfigureAwait(false);
            return new RulebookStep(proposal, examined.Review, null, []);
        }
        catch (WriteConflictException)
        {
            var first = await FindAsync(rulebook.BaseDigest, cancellation).ConfigureAwait(false);
            return new RulebookStep(first, examined.Review, null, []);
        }
        catch (RulebookRefusedException refused)
        {
            return new RulebookStep(null, null, new Rejection(ErrorCatalogue.BodyTooLarge, "/files", refused.Message), []);
        }
    }

    /// <summary>A proposal by its digest, or by the beginning of it where only one begins so; null for none.</summary>
    public async Task<RulebookProposal?> FindAsync(string digest, CancellationToken cancellation)
    {
        const int Shortest = 8;
        if (string.IsNullOrEmpty(digest) || digest.Length is < Shortest or > 64)
            return null;
        if (await _store.Control.FindAsync(ProposalKind, digest, cancellation).ConfigureAwait(false) is { } document)
            return Read(document);
        var before = digest[..^1] + (char)(digest[^1] - 1) + "~";
        var after = await _store.Control.ListAsync(ProposalKind, before, 2, cancellation).ConfigureAwait(false);
        var matching = after.Where(each => each.Id.StartsWith(digest, StringComparison.Ordinal)).ToList();
        return matching.Count == 1 ? Read(matching[0]) : null;
    }

    /// <summary>Proposals in the order of their digests, after one.</summary>
    public async Task<IReadOnlyList<RulebookProposal>> ListAsync(string? after, int limit, CancellationToken cancellation) =>
        [.. (await _store.Control.ListAsync(ProposalKind, after, limit, cancellation).ConfigureAwait(false)).Select(Read)];

    /// <summary>Rulebooks put in force, with their actors, in order.</summary>
    public Task<IReadOnlyList<ControlEvent>> EventsAsync(long after, int limit, CancellationToken cancellation) =>
        _store.Control.EventsAsync(RulebookOpening.Kind, RulebookOpening.Id, after, limit, cancellation);

    /// <summary>
    /// Puts a proposal in force; the second person. When this returns, every answer that begins from now on is by it, and a
    /// recomputation brings the rows after it. Null when there is no such proposal.
    /// </summary>
    /// <exception cref="StoreException">The store failed; what is in force is the old one or the new one, as the store says.</exception>
    public async Task<RulebookStep?> ApplyAsync(string digest, string actor, string? reason, CancellationToken cancellation)
    {
        if (await FindAsync(digest, cancellation).ConfigureAwait(false) is not { } proposal)
            return null;
        if (!_mayReplace || _repository.Rulebook.Files.Count == 0)
            return Refused(ErrorCatalogue.RulebookAtStartOnly);
        if (string.IsNullOrWhiteSpace(reason))
            return Refused(ErrorCatalogue.PolicyReasonRequired, "/reason");
        if (string.Equals(proposal.Author.Trim(), actor.Trim(), StringComparison.OrdinalIgnoreCase))
            return Refused(ErrorCatalogue.RulebookSelfApproval);
        var read = RulebookReader.Read(proposal.Files);
        if (read.Rulebook is not { } rulebook)
            return new RulebookStep(proposal, null, new Rejection(ErrorCatalogue.RulebookInvalid, ""), read.Mistakes);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryApplyAsync(proposal, rulebook, actor, reason, cancellation).ConfigureAwait(false);
            }
            catch (WriteConflictException) when (attempt < AttemptsMax)
            {
                // A policy was activated, or another rulebook applied, at the same time: judged again.
            }
        }
    }

    private async Task<RulebookStep> TryApplyAsync(
        RulebookProposal proposal, Rulebook rulebook, string actor, string reason, CancellationToken cancellation)
    {
        // Reading all stored records takes seconds to minutes: before the lock, and beside feeds. What is appended meanwhile is read under
        // the lock below, when no lane commits (ReadOnAsync).
        var before = _repository.Rulebook;
        var examined = await ExamineAsync(rulebook, cancellation).ConfigureAwait(false);
        await _repository.Changing.WaitAsync(cancellation).ConfigureAwait(false);
        RulebookStep step;
        try
        {
            if (_repository.Rulebook.BaseDigest == rulebook.BaseDigest)
                return Refused(ErrorCatalogue.RulebookInForce, "", proposal.Digest[..12]);
            if (!ReferenceEquals(before, _repository.Rulebook))
                throw new WriteConflictException("Another rulebook has come into force meanwhile.");
            if (!examined.Review.MayApply)
                return Incompatible(proposal, examined.Review);
            var writes = new List<ControlWrite>();
            if (await PolicyOfAsync(rulebook, actor, writes, cancellation).ConfigureAwait(false) is { } refused)
                return new RulebookStep(proposal, examined.Review, refused, []);
            var (stored, timeline) = await _repository.TimelineAsync(cancellation).ConfigureAwait(false)
                ?? throw new StoreException("The store has no policy timeline: restore a backup.", StoreFault.Corrupt);
            var evaluators = await _repository.EvaluatorsAsync(timeline, _time.GetUtcNow(), rulebook, cancellation).ConfigureAwait(false);
            await RulesArchive.KeepAsync(_store, rulebook, cancellation).ConfigureAwait(false);

            // Included unchanged, with the version that was read: another activation meanwhile makes the write conflict, and the evaluators
            // above would not be those of the policies in force.
            writes.Add(PolicyRepository.Write(timeline, stored, null));
            step = await _commits.WithoutCommitsAsync(
                async () =>
                {
                    if (examined.Faults is { } faults)
                    {
                        await faults.ReadOnAsync(cancellation).ConfigureAwait(false);
                        if (faults.Count > 0)
                            return Incompatible(proposal, WithFaults(examined.Review, faults));
                    }

                    await KeepAsync(proposal, rulebook, examined.Review, actor, reason, writes).ConfigureAwait(false);
                    _repository.Replace(rulebook, evaluators.Values);
                    _rules.Replace(stored + 1, timeline, evaluators);
                    return new RulebookStep(proposal, examined.Review, null, []);
                },
                cancellation).ConfigureAwait(false);
        }
        finally
        {
            _repository.Changing.Release();
        }

        if (step.Rejection is null)
        {
            Applied(_log, proposal.Digest[..12], actor, examined.Review.Changes.Count);
            _policies.HasFollowed();
        }

        return step;
    }

    /// <summary>The policy in the files is no change of rules: one that is not known waits as a draft.</summary>
    private async Task<Rejection?> PolicyOfAsync(
        Rulebook rulebook, string actor, List<ControlWrite> writes, CancellationToken cancellation)
    {
        var text = rulebook.Files[RulebookReader.PolicyFile];
        var reading = new PolicyReading(text, PolicyText.DigestOf(text), rulebook, []);
        if (await _repository.FindAsync(rulebook.Policy.Version, cancellation).ConfigureAwait(false) is { Version: var known })
        {
            return known.Digest == reading.Digest
                ? null
                : new Rejection(ErrorCatalogue.PolicyVersionChanged, "/files/" + RulebookReader.PolicyFile, rulebook.Policy.Version);
        }

        var drafted = PolicyVersion.Draft(reading, actor, _time.GetUtcNow(), "came with a rulebook");
        if (drafted.State is null)
            return drafted.Rejection;
        writes.Add(PolicyRepository.Write(drafted.State, null, drafted.Event));
        return null;
    }

    /// <summary>Writes, and where the answer gets lost finds out whether it was written.</summary>
    private async Task KeepAsync(
        RulebookProposal proposal, Rulebook rulebook, RulebookReview review, string actor, string reason,
        IReadOnlyList<ControlWrite> others)
    {
        var document = await _store.Control.FindAsync(RulebookOpening.Kind, RulebookOpening.Id, CancellationToken.None)
            .ConfigureAwait(false);
        var said = JsonSerializer.Serialize(
            new TakenOver(rulebook.BaseDigest, TextsOf(review.Changes), proposal.Author, reason), RulebookJson.Default.TakenOver);
        var write = new ControlWrite(
            RulebookOpening.Kind, RulebookOpening.Id, document?.Version, KeptRulebook.Of(rulebook, _folder).ToJson(),
            new ControlAction("applied", actor, said));
        try
        {
            await _store.Control.WriteAsync([write, .. others], CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException fault) when (fault is not WriteConflictException)
        {
            if (!await IsKeptAsync(rulebook.BaseDigest).ConfigureAwait(false))
                throw;
        }
    }

    private async Task<bool> IsKeptAsync(string digest)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _store.Control.FindAsync(RulebookOpening.Kind, RulebookOpening.Id, CancellationToken.None)
                    .ConfigureAwait(false) is { } document && KeptRulebook.FromJson(document.Content).Digest == digest;
            }
            catch (StoreException) when (attempt < SettlingMax)
            {
                await Task.Delay(SettlingPauseMs).ConfigureAwait(false);
            }
        }
    }

    private async Task<Examined> ExamineAsync(Rulebook rulebook, CancellationToken cancellation)
    {
        var compared = CatalogueCompatibility.Between(_repository.Rulebook, rulebook, _exceptions);
        var incompatible = compared.Changes.Where(change => change.Effect == ChangeEffect.Incompatible).ToList();
        var final = incompatible.Where(change => !RulebookOpening.DependsOnRecords(change.Path)).ToList();
        StoredRecordFaults? faults = null;
        if (incompatible.Count > 0)
        {
            faults = new StoredRecordFaults(_store, compared);
            await faults.ReadOnAsync(cancellation).ConfigureAwait(false);
        }

        string? mistakes = null;
        try
        {
            if (await _repository.TimelineAsync(cancellation).ConfigureAwait(false) is { Timeline: var timeline })
                await _repository.EvaluatorsAsync(timeline, _time.GetUtcNow(), rulebook, cancellation).ConfigureAwait(false);
        }
        catch (RulebookRefusedException refused)
        {
            mistakes = refused.Message;
        }

        var review = new RulebookReview(
            rulebook.BaseDigest, compared.Effect, compared.Changes, final.Count == 0 && faults is not { Count: > 0 } && mistakes is null,
            final, 0, [], mistakes);
        return new Examined(faults is null ? review : WithFaults(review, faults), faults);
    }

    private static RulebookReview WithFaults(RulebookReview review, StoredRecordFaults faults) => review with
    {
        MayApply = review.MayApply && faults.Count == 0,
        FaultyRecords = faults.Count,
        FirstFaults = faults.First(FaultsNamed),
    };

    private static RulebookStep Incompatible(RulebookProposal proposal, RulebookReview review)
    {
        var found = review switch
        {
            { FaultyRecords: > 0 } => $"{review.FaultyRecords} stored record(s) would no longer be valid",
            { OnlyEmpty: [var first, ..] } => $"{first.Path}: {first.Text.In("en")}",
            _ => review.PolicyMistakes,
        };
        return new RulebookStep(proposal, review, new Rejection(ErrorCatalogue.CatalogueIncompatible, "", found), []);
    }

    private static RulebookStep Refused(ErrorDescription error, string pointer = "", string? found = null) =>
        new(null, null, new Rejection(error, pointer, found), []);

    private static IReadOnlyList<string> TextsOf(IReadOnlyList<CatalogueChange> changes) =>
        [.. changes.Take(ChangesKept).Select(change => change.Text.In("en"))];

    private static RulebookProposal Read(ControlDocument document) =>
        JsonSerializer.Deserialize(document.Content, RulebookJson.Default.RulebookProposal)
        ?? throw new StoreException("A rulebook kept in the store cannot be read: restore a backup.", StoreFault.Corrupt);

    [LoggerMessage(2104, LogLevel.Warning, "Rulebook {Digest} was applied by {Actor}: {Count} changes; it is in force")]
    private static partial void Applied(ILogger log, string digest, string actor, int count);

    private sealed record Examined(RulebookReview Review, StoredRecordFaults? Faults);
}

/// <summary>Result of a step: the proposal and its changes, or the reason of its refusal.</summary>
/// <param name="Proposal">The proposal; null where there is none.</param>
/// <param name="Review">Its changes, where they were computed.</param>
/// <param name="Rejection">Null when the step was taken.</param>
/// <param name="Mistakes">Of files that cannot be read.</param>
public sealed record RulebookStep(
    RulebookProposal? Proposal, RulebookReview? Review, Rejection? Rejection, IReadOnlyList<RulebookMistake> Mistakes);
