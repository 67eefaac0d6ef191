using CreditGrains.Engine.Storage;

namespace CreditGrains.Storage.Postgres;

/// <summary>Findings about a database.</summary>
/// <param name="ServerVersion">Of PostgreSQL, for instance <c>15.8</c>.</param>
/// <param name="SchemaVersion">0: there is no store yet.</param>
/// <param name="NewestSchemaVersion">Schema version that this program migrates to.</param>
/// <param name="Holder">The process that serves it, in words; null for none.</param>
/// <param name="Nodes">The processes of the cluster that has it open; empty for none.</param>
/// <param name="WithoutRights">Tables that the user cannot read, or not write where a server must; empty for none.</param>
public sealed record PostgresInspection(
    string ServerVersion, int SchemaVersion, int NewestSchemaVersion, string? Holder, IReadOnlyList<StoreNode> Nodes,
    IReadOnlyList<string> WithoutRights);
