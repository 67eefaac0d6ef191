namespace CreditGrains.Domain.Rulebooks.Reading;

/// <summary>Schema of the callers that may ask in a matter, or for a purpose.</summary>
internal sealed class AskersSchema : MappingSchema<Askers>
{
    public static readonly AskersSchema Instance = new();

    private readonly Key<IReadOnlyList<string>> _roles;
    private readonly Key<IReadOnlyList<string>> _organs;

    private AskersSchema()
    {
        _roles = Optional(
            "roles", new ListSchema<string>(new ChoiceSchema<string>([.. Askers.RoleNames.Select(role => (role, role))]), 8),
            "Roles of which the caller has one.", []);
        _organs = Optional("organs", new ListSchema<string>(Schemas.Code, 200), "Source ids of departments, the caller's among them.", []);
    }

    protected override string Title => "askers";

    protected override Askers Build(Values values) => new(values.Get(_roles), values.Get(_organs));
}
