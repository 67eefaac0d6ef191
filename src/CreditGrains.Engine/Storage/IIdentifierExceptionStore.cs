namespace CreditGrains.Engine.Storage;

/// <summary>The confirmed exception list of subject codes, with its evidence.</summary>
public interface IIdentifierExceptionStore
{
    Task<IReadOnlyList<IdentifierException>> ListAsync(CancellationToken cancellation);

    /// <summary>Adds or replaces the entry for the code.</summary>
    Task PutAsync(IdentifierException exception, CancellationToken cancellation);
}

/// <summary>One admitted code.</summary>
/// <param name="Code">Normalised code.</param>
/// <param name="Evidence">Where its issue is confirmed, for instance the number of the registrar's letter.</param>
/// <param name="Actor">Officer who confirmed it.</param>
/// <param name="At">When.</param>
public sealed record IdentifierException(string Code, string Evidence, string Actor, DateTimeOffset At);
