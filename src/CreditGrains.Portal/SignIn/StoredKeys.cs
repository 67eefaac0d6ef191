using System.Text.Json;
using System.Xml.Linq;
using CreditGrains.Engine.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace CreditGrains.Portal.SignIn;

/// <summary>
/// The keys that protect sessions and forms, in the store: they survive a restart, and a session begun at one node of a cluster holds at
/// all. The framework's default is a file in the home directory of whoever runs the server.
/// </summary>
internal sealed class StoredKeys(IControlStore control) : IXmlRepository
{
    private const string Kind = "portal-key";
    private const int PageMax = 200;

    // The interface is synchronous; keys are read once a day and written once in three months.
    public IReadOnlyCollection<XElement> GetAllElements() => Task.Run(ReadAsync).GetAwaiter().GetResult();

    public void StoreElement(XElement element, string friendlyName)
    {
        var content = JsonSerializer.Serialize(element.ToString(SaveOptions.DisableFormatting));
        var id = $"{friendlyName}-{Guid.NewGuid():N}";
        Task.Run(() => control.WriteAsync([new ControlWrite(Kind, id, null, content, null)], CancellationToken.None))
            .GetAwaiter().GetResult();
    }

    /// <summary>All of them: a revocation that is left out would bring a leaked key back.</summary>
    private async Task<List<XElement>> ReadAsync()
    {
        var elements = new List<XElement>();
        for (string? after = null; ;)
        {
            var page = await control.ListAsync(Kind, after, PageMax, CancellationToken.None);
            elements.AddRange(page.Select(document => XElement.Parse(JsonSerializer.Deserialize<string>(document.Content)!)));
            if (page.Count < PageMax)
                return elements;
            after = page[^1].Id;
        }
    }
}
