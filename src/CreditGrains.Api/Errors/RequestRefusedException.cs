using CreditGrains.Domain.Errors;

namespace CreditGrains.Api.Errors;

/// <summary>A request cannot be served as it was made; answered as problem details.</summary>
public sealed class RequestRefusedException : Exception
{
    /// <param name="error">The catalogue's entry.</param>
    /// <param name="pointer">JSON pointer to the offending value, of the body or of <c>/query</c>; empty for the whole.</param>
    /// <param name="found">Value found, or value expected; never personal data.</param>
    /// <param name="status">HTTP status where it is not the catalogue's.</param>
    public RequestRefusedException(ErrorDescription error, string pointer = "", string? found = null, int? status = null)
        : this(new Rejection(error, pointer, found), status)
    {
    }

    /// <param name="rejection">The fault and its place.</param>
    /// <param name="status">HTTP status where it is not the catalogue's.</param>
    public RequestRefusedException(Rejection rejection, int? status = null)
        : base(rejection?.Detail())
    {
        ArgumentNullException.ThrowIfNull(rejection);
        Rejection = rejection;
        Status = status ?? rejection.Error.HttpStatus;
    }

    public Rejection Rejection { get; }

    public int Status { get; }

    /// <summary>Every place that is wrong, where there may be several; null for the one of <see cref="Rejection"/>.</summary>
    public IReadOnlyList<ProblemPlace>? Places { get; init; }
}
