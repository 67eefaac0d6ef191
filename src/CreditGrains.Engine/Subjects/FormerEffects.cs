using System.Text;
using CreditGrains.Domain.Assessment;
using CreditGrains.Domain.Records;
using CreditGrains.Engine.Rules;
using CreditGrains.Engine.Storage;

namespace CreditGrains.Engine.Subjects;

/// <summary>
/// Measures, lists and publicity of stored rows by the rules that they were written under: what was told last. By other rules the same
/// records may have others, and to compare by the rules in force alone would tell of neither their begin nor their end
/// (Measure_that_another_policy_makes_of_the_same_records_is_told_once_though_no_grade_changes).
/// </summary>
internal sealed class FormerEffects(RulesArchive archive, SubjectReader reader)
{
    /// <summary>Effects of a row on its day.</summary>
    /// <param name="row">The row.</param>
    /// <param name="grade">The subject's grade by the rules in force.</param>
    /// <param name="now">The rules in force.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null where the rules in force say the same of it.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ValueTask<SubjectEffects?> FindAsync(
        in StoredState row, string? grade, RulesSnapshot now, CancellationToken cancellation) =>
        row.PolicyVersion == now.Rules ? default : EvaluateAsync(row, grade, now, cancellation);

    /// <inheritdoc cref="FindAsync(in StoredState, string?, RulesSnapshot, CancellationToken)"/>
    public ValueTask<SubjectEffects?> FindAsync(
        StoredSubject row, string? grade, RulesSnapshot now, CancellationToken cancellation) =>
        row.PolicyVersion == now.Rules ? default : EvaluateAsync(StateOf(row), grade, now, cancellation);

    /// <summary>Records of a row that were public on its day by the rules that it was written under.</summary>
    /// <param name="row">The row.</param>
    /// <param name="now">The rules in force.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null where the rules in force publish the same of every state.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public ValueTask<IReadOnlyDictionary<RecordId, string>?> FindPublicisedAsync(
        in StoredState row, RulesSnapshot now, CancellationToken cancellation) =>
        row.PolicyVersion == now.Rules ? default : PublicisedAsync(row, now, cancellation);

    /// <inheritdoc cref="FindPublicisedAsync(in StoredState, RulesSnapshot, CancellationToken)"/>
    public ValueTask<IReadOnlyDictionary<RecordId, string>?> FindPublicisedAsync(
        StoredSubject row, RulesSnapshot now, CancellationToken cancellation) =>
        row.PolicyVersion == now.Rules ? default : PublicisedAsync(StateOf(row), now, cancellation);

    private async ValueTask<IReadOnlyDictionary<RecordId, string>?> PublicisedAsync(
        StoredState row, RulesSnapshot now, CancellationToken cancellation)
    {
        if (await archive.FindOtherAsync(row.PolicyVersion, now, isGradeSame: true, cancellation).ConfigureAwait(false) is not { } former
            || former.PublishesAs(now.Evaluator))
            return null;
        if (IsUsable(row, former))
        {
            try
            {
                return former.Publicised(row.State.Span, row.AsOf);
            }
            catch (Exception fault) when (fault is InvalidDataException or IndexOutOfRangeException or ArgumentException)
            {
                // Damaged, as below.
            }
        }

        var (state, _) = await reader.RefoldAsync(former, row.Subject, PackedRecords.Empty, 0, row.Position).ConfigureAwait(false);
        return former.Publicised(state, row.AsOf);
    }

    private static bool IsUsable(in StoredState row, Evaluator former) =>
        !row.State.IsEmpty && row.FactsVersion == former.FactsVersion && row.StatePosition == row.Position;

    private static StoredState StateOf(StoredSubject row) => new(
        Encoding.UTF8.GetBytes(row.Subject.Value), row.Position, row.StatePosition, row.State ?? [], row.FactsVersion, row.ScoreMilli,
        row.Grade, row.PolicyVersion, row.AsOf, row.NextChange);

    private async ValueTask<SubjectEffects?> EvaluateAsync(
        StoredState row, string? grade, RulesSnapshot now, CancellationToken cancellation)
    {
        if (await archive.FindOtherAsync(row.PolicyVersion, now, row.Grade == grade, cancellation).ConfigureAwait(false) is not { } former)
            return null;
        if (IsUsable(row, former))
        {
            try
            {
                return former.EffectsOf(former.Summarise(row.State.Span, row.AsOf), row.Grade);
            }
            catch (Exception fault) when (fault is InvalidDataException or IndexOutOfRangeException or ArgumentException)
            {
                // Damaged: the journal has it too. Whoever reads the state itself says so.
            }
        }

        var (state, _) = await reader.RefoldAsync(former, row.Subject, PackedRecords.Empty, 0, row.Position).ConfigureAwait(false);
        return former.EffectsOf(former.Summarise(state, row.AsOf), row.Grade);
    }
}
