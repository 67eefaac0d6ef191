using System.Net;
using System.Net.Sockets;
using System.Text;
using CreditGrains.Engine.Subscriptions;

namespace CreditGrains.Engine.Tests.Subscriptions;

/// <summary>Nothing is sent into internal networks, however an address is written and wherever its name leads.</summary>
public sealed class ReceiverGuardTests
{
    private static readonly byte[][] Keys = [new byte[32]];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("192.0.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2001:0:7f00:1::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void Internal_address_is_refused(string address)
    {
        Assert.True(InternalNetworks.Contain(IPAddress.Parse(address)));
        var host = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;
        Assert.Equal("an internal address", new ReceiverGuard(new SubscriptionOptions()).Refuse($"https://{host}/"));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.169.0.1")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("2606:4700::1111")]
    public void Address_of_the_outside_world_is_let(string address) => Assert.False(InternalNetworks.Contain(IPAddress.Parse(address)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("receiver.example/x")]
    [InlineData("/x")]
    [InlineData("ftp://receiver.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://receiver.example/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost/")]
    [InlineData("https://localhost/")]
    [InlineData("https://name:word@receiver.example/")]
    [InlineData("https://receiver.example/#part")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://127.1/")]
    public void Address_that_is_none_for_a_receiver_is_refused(string? url) =>
        Assert.NotNull(new ReceiverGuard(new SubscriptionOptions()).Refuse(url));

    /// <summary>Written so that the text is no address, and what a resolver makes of it is one.</summary>
    [Theory]
    [InlineData("https://10.0.0.1.:443/")]
    [InlineData("https://10.0.0.1./")]
    [InlineData("https://１０.0.0.1/")]
    [InlineData("https://１０．０．０．１/")]
    [InlineData("https://10。0。0。1/")]
    [InlineData("https://10｡0.0.1/")]
    [InlineData("https://１２７.0.0.1./")]
    [InlineData("https://①⓪.0.0.1/")]
    [InlineData("https://\U0001D7CF\U0001D7CE.0.0.1/")]
    [InlineData("https://¹⁰.0.0.1/")]
    [InlineData("https://0x7f.1./")]
    [InlineData("https://0X7F.0.0.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0x7f000001./")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://0177.0.0.1./")]
    [InlineData("https://017700000001/")]
    [InlineData("https://2130706433./")]
    [InlineData("https://２１３０７０６４３３/")]
    [InlineData("https://127.0.1./")]
    [InlineData("https://10.1/")]
    [InlineData("https://256.256.256.256/")]
    [InlineData("https://1.2.3.4.5/")]
    [InlineData("https://a.0x1/")]
    [InlineData("https://%31%30.0.0.1/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://[::ffff:a00:1]/")]
    [InlineData("https://[::10.0.0.1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://[fe80::1%1]/")]
    [InlineData("https://[::1%251]/")]
    [InlineData("https://[64:ff9b::10.0.0.1]/")]
    [InlineData("https://localhost./")]
    [InlineData("https://LOCALHOST/")]
    [InlineData("https://ｌｏｃａｌｈｏｓｔ/")]
    [InlineData("https://localhost。/")]
    [InlineData("https://a.localhost/")]
    [InlineData("https://a.localhost./")]
    [InlineData("https://\U0001D5C5ocalhost/")]
    [InlineData("https://ˡocalhost/")]
    [InlineData("https://loopback./")]
    public void Host_that_is_mapped_to_an_internal_address_is_refused(string url) =>
        Assert.NotNull(new ReceiverGuard(new SubscriptionOptions()).Refuse(url));

    [Theory]
    [InlineData("https://receiver.example/x")]
    [InlineData("https://receiver.example.:8443/x")]
    [InlineData("https://RECEIVER.example/x")]
    [InlineData("https://信用.example/x")]
    [InlineData("https://xn--fiq.example/x")]
    [InlineData("https://bücher.example/x")]
    [InlineData("https://a_b-c.example/x")]
    [InlineData("https://10.example/x")]
    [InlineData("https://1.1.1.1/x")]
    [InlineData("https://１.1.1.1./x")]
    [InlineData("https://[2606:4700::1111]/x")]
    [InlineData("https://[::ffff:1.1.1.1]/x")]
    public void Host_of_the_outside_world_is_let(string url) => Assert.Null(new ReceiverGuard(new SubscriptionOptions()).Refuse(url));

    [Fact]
    public void Development_lets_this_machine_and_nothing_else()
    {
        var guard = new ReceiverGuard(new SubscriptionOptions { AllowLoopback = true });
        Assert.Null(guard.Refuse("http://127.0.0.1:8080/x"));
        Assert.Null(guard.Refuse("http://localhost:8080/x"));
        Assert.Null(guard.Refuse("http://[::1]/"));
        Assert.NotNull(guard.Refuse("http://10.0.0.1/"));
        Assert.NotNull(guard.Refuse("https://192.168.0.1/"));
        Assert.NotNull(guard.Refuse("http://receiver.example/"));
    }

    [Fact]
    public void Network_that_the_operator_names_is_let_by_https()
    {
        var guard = new ReceiverGuard(new SubscriptionOptions { Networks = [IPNetwork.Parse("10.20.0.0/16")] });
        Assert.Null(guard.Refuse("https://10.20.1.1/x"));
        Assert.NotNull(guard.Refuse("http://10.20.1.1/x"));
        Assert.NotNull(guard.Refuse("https://10.21.1.1/x"));
        Assert.NotNull(guard.Refuse("https://127.0.0.1/"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("1.1.1.1 127.0.0.1")]
    public async Task Name_that_leads_to_an_internal_address_is_not_connected_to(string addresses)
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0);
        listener.Server.DualMode = true;
        listener.Start();
        var asked = 0;
        using var client = new WebhookClient(
            new SubscriptionOptions
            {
                Resolve = (name, _) =>
                {
                    asked++;
                    Assert.Equal("receiver.example", name);
                    return Task.FromResult(Array.ConvertAll(addresses.Split(' '), IPAddress.Parse));
                },
            },
            TimeProvider.System);
        var url = $"https://receiver.example:{((IPEndPoint)listener.LocalEndpoint).Port}/";
        var answer = await client.SendAsync(url, Keys, "id", "{}"u8.ToArray(), Cancellation);
        Assert.Equal("The name leads to an internal address, which nothing is sent to.", answer.Error);
        Assert.Equal(1, asked);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Name_is_looked_up_for_each_connection()
    {
        // The same listener is reached while development lets it: what keeps the others out is the guard and not the test.
        await using var receiver = await Receiver.StartAsync();
        var port = new Uri(receiver.Url).Port;
        var address = "127.0.0.1";
        using var client = new WebhookClient(
            new SubscriptionOptions { AllowLoopback = true, Resolve = (_, _) => Task.FromResult(new[] { IPAddress.Parse(address) }) },
            TimeProvider.System);
        receiver.Answer = (_, context) =>
        {
            context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        };
        var to = $"http://localhost:{port}/hook";
        Assert.Null((await client.SendAsync(to, Keys, "1", "{}"u8.ToArray(), Cancellation)).Error);
        address = "169.254.169.254";
        var refused = await client.SendAsync(to, Keys, "2", "{}"u8.ToArray(), Cancellation);
        Assert.Contains("internal address", refused.Error!, StringComparison.Ordinal);
        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task Redirect_is_not_followed()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (307, "/elsewhere");
            return Task.CompletedTask;
        };
        using var client = Client();
        var answer = await client.SendAsync(receiver.Url, Keys, "id", "{}"u8.ToArray(), Cancellation);
        Assert.Equal("Answered 307; no redirect is followed.", answer.Error);
        Assert.Equal("/hook", Assert.Single(receiver.All).Path);
    }

    [Fact]
    public async Task Receiver_that_says_nothing_is_given_up_in_time()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = (_, context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var client = Client(TimeSpan.FromMilliseconds(500));
        var answer = await client.SendAsync(receiver.Url, Keys, "id", "{}"u8.ToArray(), Cancellation);
        Assert.Equal("No answer within 0.5 s.", answer.Error);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", true)]
    [InlineData("HTTP/1.1 200 OK\r\nX-Endless: ", false)]
    public async Task Answer_without_end_is_not_read(string begin, bool isTaken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(
            async () =>
            {
                using var connection = await listener.AcceptTcpClientAsync(Cancellation);
                var stream = connection.GetStream();
                await stream.WriteAsync(Encoding.ASCII.GetBytes(begin), Cancellation);
                var more = Enumerable.Repeat((byte)'y', 64 * 1024).ToArray();
                var written = 0L;
                try
                {
                    while (written < 1L << 30)
                    {
                        await stream.WriteAsync(more, Cancellation);
                        written += more.Length;
                    }
                }
                catch (IOException)
                {
                    // The client has stopped reading.
                }

                return written;
            },
            Cancellation);
        using var client = Client();
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/";
        Assert.Equal(isTaken, (await client.SendAsync(url, Keys, "id", "{}"u8.ToArray(), Cancellation)).Error is null);

        // The buffers of the two sockets hold a part that was written and never read.
        Assert.InRange(await serving, 0, 64L << 20);
    }

    /// <summary>The example of the Standard Webhooks specification.</summary>
    [Fact]
    public void Signature_is_that_of_the_specification() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookClient.Sign(
            Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
            """{"test": 2432232314}"""u8.ToArray()));

    private static WebhookClient Client(TimeSpan? answerMax = null) => new(
        new SubscriptionOptions { AllowLoopback = true, AnswerMax = answerMax ?? TimeSpan.FromMinutes(1) }, TimeProvider.System);
}
