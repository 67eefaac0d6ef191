using CreditGrains.Engine.Storage;
using CreditGrains.Development;
using CreditGrains.Engine.AccessLog;
using CreditGrains.Silo;

namespace CreditGrains.Api.Tests;

public sealed class ServerCommandTests(CreditFixture credit) : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("credit-api-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData(ExitCodes.Usage, "--store", "postgres")]
    [InlineData(ExitCodes.Usage, "--store", "paper")]
    [InlineData(ExitCodes.Usage, "--connection", "Host=nowhere")]
    [InlineData(ExitCodes.Data, "--store", "postgres", "--connection", "no connection string")]
    [InlineData(ExitCodes.Data, "--store", "postgres", "--connection", "Host=nowhere.invalid")]
    [InlineData(ExitCodes.Usage, "--wrong")]
    [InlineData(ExitCodes.Usage, "--data")]
    [InlineData(ExitCodes.Usage, "--urls", "http://0.0.0.0:0")]
    [InlineData(ExitCodes.Usage, "--urls", "http://*:0")]
    [InlineData(ExitCodes.Usage, "--urls", "nowhere")]
    [InlineData(ExitCodes.Usage, "--urls", "http://x@127.0.0.1:0")]
    [InlineData(ExitCodes.Usage, "--urls", "http://127.0.0.1@0.0.0.0:0")]
    [InlineData(ExitCodes.Usage, "--urls", "http://127.0.0.1.example:0")]
    [InlineData(ExitCodes.Usage, "--urls", "http://127.0.0.1:0;http://[::]:0")]
    [InlineData(ExitCodes.Usage, "--urls", "http://127.0.0.1:0/base")]
    [InlineData(ExitCodes.Usage, "--urls", "http://+:0")]
    [InlineData(ExitCodes.Usage, "--urls", "http://0:0")]
    [InlineData(ExitCodes.Usage, "--urls", ";")]
    [InlineData(ExitCodes.Usage, "--urls", "http://unix:/tmp/credit.sock")]
    [InlineData(ExitCodes.Usage, "--advertise", "here")]
    [InlineData(ExitCodes.Usage, "--public-url", "here")]
    [InlineData(ExitCodes.Usage, "--issuer", "https://issuer.example")]
    [InlineData(ExitCodes.Usage, "--issuer", "http://issuer.example", "--audience", "credit")]
    [InlineData(ExitCodes.Usage, "--issuer", "https://issuer.example", "--audience", "creditgrains-portal")]
    [InlineData(ExitCodes.Usage, "--urls", "https://127.0.0.1:0")]
    [InlineData(ExitCodes.Usage, "--set", "Tls:Certificate=none.pem")]
    [InlineData(ExitCodes.Usage, "--urls", "https://127.0.0.1:0", "--set", "Tls:Certificate=none.pem", "--set", "Tls:Key=none.pem")]
    [InlineData(ExitCodes.Stopped, "--help")]
    public async Task Options_that_cannot_be_used_end_with_their_code_and_a_sentence(int code, params string[] args)
    {
        var (output, talk) = (new StringWriter(), new StringWriter());
        string[] where = ["--data", _data, "--rulebook", CreditFixture.Options(_data).RulebookDirectory];
        var all = args is ["--data"] or ["--help"] ? args : [.. args, .. where];
        Assert.Equal(code, await ServerCommand.RunAsync(all, output, talk));
        Assert.Empty(output.ToString());
        Assert.NotEmpty(talk.ToString());
    }

    [Fact]
    public async Task Broken_rulebook_is_refused_with_every_mistake()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_data, "rules")).FullName;
        File.WriteAllText(Path.Combine(folder, "rulebook.yaml"), "id: x\nnonsense: 1\nother: 2\n");
        var talk = new StringWriter();
        Assert.Equal(
            ExitCodes.Rulebook,
            await ServerCommand.RunAsync(
                ["--data", _data, "--rulebook", folder, "--urls", "http://127.0.0.1:0"], new StringWriter(), talk));
        Assert.Contains("nonsense", talk.ToString(), StringComparison.Ordinal);
        Assert.Contains("other", talk.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:8080", "http://localhost:8080", true)]
    [InlineData("HTTP://LOCALHOST:8080", "http://localhost:8080", true)]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:80", true)]
    [InlineData("https://127.1.2.3:8443", "https://127.1.2.3:8443", true)]
    [InlineData("http://[::1]:8080", "http://[::1]:8080", true)]
    [InlineData("http://[::ffff:127.0.0.1]:8080", "http://[::ffff:127.0.0.1]:8080", true)]
    [InlineData("http://10.0.0.1:8080", "http://10.0.0.1:8080", false)]
    [InlineData("http://[::]:8080", "http://[::]:8080", false)]
    [InlineData("http://*:8080", "http://*:8080", false)]
    public void Address_is_read_as_Kestrel_reads_it(string url, string bound, bool isLoopback)
    {
        var address = Assert.Single(Addresses.Read([url]));
        Assert.Equal((bound, isLoopback), (address.Url, address.IsLoopback));
    }

    [Fact]
    public async Task New_data_directory_is_for_its_owner_only_and_a_wider_one_is_told_of()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("this system has no rights of this kind");
            return;
        }

        var data = Path.Combine(_data, "new");
        await using (await CreditServer.StartAsync(CreditFixture.Options(data), TextWriter.Null, CreditFixture.Stop))
        {
            Assert.Null(PrivateFile.OpenToOthers(data));
            Assert.DoesNotContain(Directory.EnumerateFiles(data), file => PrivateFile.OpenToOthers(file) is not null);
        }

        File.SetUnixFileMode(data, File.GetUnixFileMode(data) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Assert.Equal("0705", PrivateFile.OpenToOthers(data));
    }

    [Fact]
    public async Task Second_server_on_the_data_and_on_the_address_are_refused()
    {
        await using var first = await CreditServer.StartAsync(CreditFixture.Options(_data), TextWriter.Null, CreditFixture.Stop);
        var second = await Assert.ThrowsAsync<StartRefusedException>(
            () => CreditServer.StartAsync(CreditFixture.Options(_data), TextWriter.Null, CreditFixture.Stop));
        Assert.Equal(ExitCodes.DataInUse, second.ExitCode);
        var elsewhere = CreditFixture.Options(Path.Combine(_data, "b")) with { Urls = [first.Address] };
        var third = await Assert.ThrowsAsync<StartRefusedException>(
            () => CreditServer.StartAsync(elsewhere, TextWriter.Null, CreditFixture.Stop));
        Assert.Equal(ExitCodes.Address, third.ExitCode);
        Assert.Contains("in use", third.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_directory_that_is_a_file_is_refused()
    {
        var file = Path.Combine(_data, "file");
        File.WriteAllText(file, "");
        var refused = await Assert.ThrowsAsync<StartRefusedException>(
            () => CreditServer.StartAsync(CreditFixture.Options(file), TextWriter.Null, CreditFixture.Stop));
        Assert.Equal(ExitCodes.Data, refused.ExitCode);
    }

    [Fact]
    public async Task First_run_loads_and_shows_the_demonstration_and_a_restart_finds_it()
    {
        var options = CreditFixture.Options(_data) with { Demo = true };
        var talk = new StringWriter();
        string subject;
        await using (var first = await CreditServer.StartAsync(options, talk, CreditFixture.Stop))
        {
            Assert.Contains(first.Address, talk.ToString(), StringComparison.Ordinal);
            subject = talk.ToString().Split("./credit explain ")[1].Split('\n')[0].Trim();
        }

        var again = new StringWriter();
        await using var second = await CreditServer.StartAsync(options, again, CreditFixture.Stop);
        Assert.Empty(again.ToString());
        using var issuer = DevelopmentIssuer.Open(_data);
        var token = issuer.Issue(["checker"], null, null, null, TimeSpan.FromMinutes(5));
        var answer = await credit.GetAsync($"{second.Address}/v1/subjects/{subject}", token);
        Assert.True(answer.Status == 200, answer.Text);
        Assert.NotNull(answer.Json.GetProperty("name").GetString());
    }
}
