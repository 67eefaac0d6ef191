using System.Net.Mime;
using System.Text;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;

namespace CreditGrains.Testing;

/// <summary>Reads our events with the CNCF's library: a mistake that our writer and our reader share would not be seen.</summary>
public static class IndependentReader
{
    private static readonly JsonEventFormatter Formatter = new();

    /// <summary>One event in structured mode; fails where the specification would have it otherwise.</summary>
    public static CloudEvent Read(ReadOnlyMemory<byte> body, string contentType = "application/cloudevents+json; charset=utf-8")
    {
        var read = Formatter.DecodeStructuredModeMessage(body, new ContentType(contentType), extensionAttributes: null);
        Assert.True(read.IsValid, "A required attribute is missing.");
        Assert.Equal(CloudEventsSpecVersion.V1_0, read.SpecVersion);
        return read;
    }

    /// <summary>An event within a page or a stream.</summary>
    public static CloudEvent Read(JsonElement json) => Read(Encoding.UTF8.GetBytes(json.GetRawText()));
}
