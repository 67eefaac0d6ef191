using CreditGrains.Cluster.Control;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;

namespace CreditGrains.Cluster.Hosting;

/// <summary>Membership, control plane and reminders on PostgreSQL, in the schema that the store's migrations make.</summary>
/// <param name="Cluster">Silos of one name find each other.</param>
/// <param name="Connection">Of the store's database.</param>
public sealed record ClusterDatabase(string Cluster, string Connection)
{
    private const string Invariant = "Npgsql";
    private const int ConnectionsMax = 6;

    private string Settings => new NpgsqlConnectionStringBuilder(Connection)
    {
        SearchPath = "orleans",
        MaxPoolSize = ConnectionsMax,
        ApplicationName = "credit-orleans",
    }.ConnectionString;

    internal void Apply(ClusterOptions options) => (options.ClusterId, options.ServiceId) = (Cluster, "credit");

    internal void Apply(AdoNetClusteringSiloOptions options) => (options.Invariant, options.ConnectionString) = (Invariant, Settings);

    internal void Apply(AdoNetClusteringClientOptions options) => (options.Invariant, options.ConnectionString) = (Invariant, Settings);

    internal void Apply(AdoNetGrainStorageOptions options)
    {
        (options.Invariant, options.ConnectionString) = (Invariant, Settings);
        options.GrainStorageSerializer = new JsonGrainStorage();
    }

    internal void Apply(AdoNetReminderTableOptions options) => (options.Invariant, options.ConnectionString) = (Invariant, Settings);
}
