using System.Text.Json;
using Orleans.Storage;

namespace CreditGrains.Cluster.Control;

/// <summary>Control plane states as plain JSON: no type's name is stored, a field that is not known is passed over.</summary>
internal sealed class JsonGrainStorage : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

    public T? Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input.ToMemory().Span, Options);
}
