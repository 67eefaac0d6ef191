using CreditGrains.Api.Errors;
using CreditGrains.Domain.Errors;
using CreditGrains.Engine;
using CreditGrains.Engine.Checks;

namespace CreditGrains.Api.Checks;

/// <summary>Says why a check was not answered.</summary>
public static class RefusedChecks
{
    /// <summary>The refusal of a check that the rulebook lets not be asked.</summary>
    public static RequestRefusedException Of(CheckRequest request, CreditEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);

        // Null only when another rulebook has come into force since.
        var rejection = engine.Checks.WhyRefused(request) ?? new Rejection(ErrorCatalogue.UnknownMatter, "/matter");
        return new RequestRefusedException(rejection.Error, rejection.Pointer, rejection.Found);
    }
}
