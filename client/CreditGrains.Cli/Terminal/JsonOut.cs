using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CreditGrains.Cli.Terminal;

/// <summary>Results for programs: one JSON object and a line feed on stdout, Chinese as it is.</summary>
internal static class JsonOut
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web) { Encoder = Options.Encoder };

    /// <summary>A result of the client, as the wire names it.</summary>
    public static void Write<T>(TextWriter output, T result) => output.WriteLine(JsonSerializer.Serialize(result, Wire));

    public static void Write(TextWriter output, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
