using System.Runtime.InteropServices;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;
using CreditGrains.Engine.Subjects;

namespace CreditGrains.Engine.Recomputation;

/// <summary>Result of one page: rows to write, changes to announce, counts.</summary>
internal sealed class PageCounts(RecomputationPage page, Evaluator evaluator, RulesSnapshot now, DateTimeOffset at)
{
    private readonly List<(string? Old, string? New, long Count)> _moves = [];
    private long _changed, _refolded;

    /// <summary>Only rows that become others: the same result under another policy needs no write.</summary>
    public List<AssessmentResult> Results { get; } = new(page.Count);

    public List<SubjectChange> Changes { get; } = [];

    /// <summary>Measures and lists of those subjects of whom a change tells that they have become others.</summary>
    public List<(SubjectId Subject, SubjectEffects Effects)> Effects { get; } = [];

    /// <summary>Public records of those of whom a change tells that their publicity has begun or ended.</summary>
    public List<(SubjectId Subject, IReadOnlyDictionary<RecordId, string> Records)> Publicised { get; } = [];

    /// <summary>Whole rows of subjects that were folded anew.</summary>
    public List<SubjectWrite> Refolded { get; } = [];

    /// <param name="place">Its place in the page.</param>
    /// <param name="before">The grade stored when the page was read.</param>
    /// <param name="state">The row as it is.</param>
    /// <param name="result">Its result.</param>
    /// <param name="former">Things that followed by the rules that the row was written under.</param>
    public void Add(int place, string? before, in StoredState state, in Evaluated result, in FormerStanding former)
    {
        var summary = result.Summary;
        var grade = evaluator.GradeOf(summary);
        Count(before, grade);
        if (result.Fate == EvaluatedFate.NeedsTail)
            _refolded++;
        // A row whose date has come waits for the sweep, which renews what it says of the subject too.
        if (state.NextChange <= now.Today)
            return;
        // With other measures it is written though nothing in it changes: it says by its rules what has been told.
        if (state.ScoreMilli == summary.ScoreMilli && state.Grade == grade && state.NextChange == summary.ValidUntil
            && (former.Effects is null || former.Effects.IsSame(evaluator.EffectsOf(summary)))
            && former.Publicity.Count == 0)
            return;
        Results.Add(new AssessmentResult(
            state.Key, state.Position, summary.ScoreMilli, grade, now.Rules, now.Today, summary.ValidUntil)
        {
            Place = page.PlaceInRead(place),
        });
        Tell(state, grade, summary, former);
    }

    /// <summary>A subject that was folded anew is written whole, whatever its result: its state is trusted again from now on.</summary>
    public void AddRefolded(
        string? before, in StoredState state, byte[] folded, in AssessmentSummary summary, in FormerStanding former)
    {
        var grade = evaluator.GradeOf(summary);
        Count(before, grade);
        _refolded++;
        Refolded.Add(new SubjectWrite(
            new StoredSubject
            {
                Subject = state.Subject,
                Shard = page.Shard,
                Position = state.Position,
                StatePosition = state.Position,
                State = folded,
                Description = PackedRecords.DescriptionOf(folded, now.Today),
                ScoreMilli = summary.ScoreMilli,
                Grade = grade,
                PolicyVersion = now.Rules,
                FactsVersion = evaluator.FactsVersion,
                AsOf = now.Today,
                NextChange = summary.ValidUntil,
            },
            state.Position));
        Tell(state, grade, summary, former);
    }

    /// <summary>The shard's part after this page.</summary>
    /// <param name="part">Before it.</param>
    /// <param name="poison">Subjects of the page that cannot be evaluated, with why.</param>
    /// <param name="elapsedMs">Time since the page before, of whichever shard.</param>
    public RecomputationPartition Apply(RecomputationPartition part, Dictionary<string, string> poison, double elapsedMs)
    {
        var matrix = part.Matrix.ToDictionary(move => (move.Old, move.New), move => move.Count);
        foreach (var (old, @new, count) in _moves)
            CollectionsMarshal.GetValueRefOrAddDefault(matrix, (old, @new), out _) += count;
        return part with
        {
            After = page.Last?.Value ?? part.After,
            IsDone = page.IsLast,
            ElapsedMs = part.ElapsedMs + elapsedMs,
            Passed = part.Passed + page.Count,
            Written = part.Written + Results.Count + Refolded.Count,
            GradesChanged = part.GradesChanged + _changed,
            Refolded = part.Refolded + _refolded + Math.Max(0, Owned() - poison.Count),
            Poison = poison.Count == 0 ? part.Poison : [.. part.Poison, .. poison.Select(p => new PoisonSubject(p.Key, p.Value))],
            Matrix = [.. matrix.Select(move => new GradeMove(move.Key.Old, move.Key.New, move.Value))],
        };
    }

    private int Owned()
    {
        var owned = 0;
        foreach (ref readonly var result in page.Results)
            owned += result.Fate == EvaluatedFate.NeedsOwner ? 1 : 0;
        return owned;
    }

    private void Count(string? before, string? grade)
    {
        if (before != grade)
            _changed++;
        // Some dozen at most, and the texts are the same objects again and again.
        foreach (ref var move in CollectionsMarshal.AsSpan(_moves))
        {
            if (move.Old == before && move.New == grade)
            {
                move.Count++;
                return;
            }
        }

        _moves.Add((before, grade, 1));
    }

    /// <summary>
    /// Of the grade, of the measures and lists that follow from it, or from the same records by another rulebook, and of publicity that
    /// another rulebook begins or ends.
    /// </summary>
    private void Tell(in StoredState state, string? grade, in AssessmentSummary summary, in FormerStanding former)
    {
        if (former.Publicity.Count > 0)
        {
            foreach (var change in former.Publicity)
                Changes.Add(SubjectChanges.Publicity(page.Shard, state.Subject, change, now.Today, at));
            Publicised.Add((state.Subject, former.Publicised));
        }

        if (state.Grade == grade && former.Effects is null)
            return;
        var (old, current) = (former.Effects ?? evaluator.EffectsOf(summary, state.Grade), evaluator.EffectsOf(summary));
        var before = Changes.Count;
        Changes.AddRange(SubjectChanges.Effects(page.Shard, state.Subject, old, current, now.Today, evaluator, at));
        if (Changes.Count > before)
            Effects.Add((state.Subject, current));
        if (state.Grade == grade)
            return;
        Changes.Add(SubjectChanges.Grade(
            page.Shard, state.Subject, state.Grade, grade, now.Today, evaluator.Policy.Version, at));
    }
}
