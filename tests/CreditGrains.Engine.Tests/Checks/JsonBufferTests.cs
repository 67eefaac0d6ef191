using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CreditGrains.Engine.Checks;

namespace CreditGrains.Engine.Tests.Checks;

public sealed class JsonBufferTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("")]
    [InlineData("active")]
    [InlineData("虚构月港电子有限公司")]
    [InlineData("a \"quoted\" back\\slash, </tag> & 'more'")]
    [InlineData("line\r\nline\ttab\u0000\u001f\u007f\u0085")]
    [InlineData("\u2028 \u2029 \ufeff \ufffe \ue000 \u0378")]
    [InlineData("𠮷野家 😀 e\u0301")]
    [InlineData("half \ud83d pair \ude00")]
    public void Texts_are_escaped_as_the_library_does(string text) => Assert.Equal(
        JsonSerializer.Serialize(text, Relaxed), Written(json => json.Text(text)));

    [Fact]
    public void What_there_is_none_of_is_null()
    {
        Assert.Equal("null", Written(json => json.Text(null)));
        Assert.Equal("null", Written(json => json.Date(null)));
    }

    [Fact]
    public void Dates_and_truth_values()
    {
        Assert.Equal("\"0987-01-09\"", Written(json => json.Date(new DateOnly(987, 1, 9))));
        Assert.Equal("true", Written(json => json.Boolean(true)));
        Assert.Equal("false", Written(json => json.Boolean(false)));
    }

    [Fact]
    public void It_grows_and_begins_again()
    {
        var text = new string('业', 5000);
        Assert.Equal(string.Concat(Enumerable.Repeat($"\"{text}\",", 7)), Written(json =>
        {
            json.Text("before");
            json.Clear();
            for (var i = 0; i < 7; i++)
            {
                json.Text(text);
                json.Add(","u8);
            }
        }));
    }

    private static string Written(Action<JsonBuffer> write)
    {
        var json = new JsonBuffer();
        write(json);
        return Encoding.UTF8.GetString(json.Written);
    }
}
