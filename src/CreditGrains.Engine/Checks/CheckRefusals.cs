using CreditGrains.Domain.Errors;
using CreditGrains.Domain.Rulebooks;

namespace CreditGrains.Engine.Checks;

/// <summary>Why a rulebook lets a check not be asked, whoever it is about.</summary>
internal static class CheckRefusals
{
    /// <summary>Null where it may be asked.</summary>
    public static Rejection? Of(CheckRequest request, Rulebook rulebook)
    {
        if (!rulebook.Matters.TryGetValue(request.Matter, out var matter))
            return new Rejection(ErrorCatalogue.UnknownMatter, "/matter");
        if (!matter.Askers.Include(request.Roles, request.Department))
            return new Rejection(ErrorCatalogue.MatterNotAllowed, "/matter");
        if (request.Stage is { } stage && matter.Stages.Count > 0 && !HasStage(matter, stage))
            return new Rejection(ErrorCatalogue.UnknownStage, "/stage", string.Join(", ", matter.Stages.Select(each => each.Id)));
        if (matter.Purposes.Count > 0 && !matter.Purposes.Contains(request.Purpose))
            return new Rejection(ErrorCatalogue.PurposeNotAllowed, "/purpose", string.Join(", ", matter.Purposes));
        return rulebook.Purposes.TryGetValue(request.Purpose, out var purpose)
            && !purpose.Askers.Include(request.Roles, request.Department)
            ? new Rejection(ErrorCatalogue.PurposeNotAllowed, "/purpose")
            : null;
    }

    private static bool HasStage(Matter matter, string stage)
    {
        for (var i = 0; i < matter.Stages.Count; i++)
        {
            if (matter.Stages[i].Id == stage)
                return true;
        }

        return false;
    }
}
