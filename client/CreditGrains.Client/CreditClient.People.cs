using System.Text.Json;

namespace CreditGrains.Client;

// People and their rights.
public sealed partial class CreditClient
{
    /// <summary>People whom the node that is asked has let in since its start: roles, source, organisation.</summary>
    public Task<PeoplePage> PeopleAsync(CancellationToken cancellation = default) => SendAsync(
        () => Request(HttpMethod.Get, "v1/people"), safe: true, CreditJson.Default.PeoplePage, cancellation);

    /// <summary>The same of one node of a cluster.</summary>
    /// <param name="node">Its address (<see cref="ShardsAsync"/>).</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="HttpRequestException">The node cannot be reached.</exception>
    public async Task<PeoplePage> PeopleAsync(Uri node, CancellationToken cancellation = default)
    {
        using var response = await AskAsync(node, "v1/people", withToken: true, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw await ProblemAsync(response, cancellation).ConfigureAwait(false);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        return JsonSerializer.Deserialize(bytes, CreditJson.Default.PeoplePage)!;
    }

    /// <summary>Ends every session of a person and every token issued to it so far, on all nodes within seconds.</summary>
    /// <param name="person">As claim <c>sub</c> names it, 1 to 256 characters.</param>
    /// <param name="reason">Why, at most 1,000 characters; kept for good.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<PersonEnded> EndPersonAsync(string person, string reason, CancellationToken cancellation = default) => SendAsync(
        () => Request(
            HttpMethod.Post, "v1/people:end",
            Content(JsonSerializer.SerializeToUtf8Bytes(new EndPerson(person, reason), CreditJson.Default.EndPerson), "application/json")),
        safe: false, CreditJson.Default.PersonEnded, cancellation);
}

/// <summary>Person whose sessions and tokens are to end.</summary>
internal sealed record EndPerson(string Person, string Reason);
