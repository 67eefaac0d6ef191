using System.Buffers;
using System.Text.Json;
using CreditGrains.Api;
using CreditGrains.Domain.Subjects;
using CreditGrains.Engine;
using CreditGrains.Engine.Rulebooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CreditGrains.Benchmarks;

/// <summary>
/// The reference of P3 in a process of its own: the check endpoint with our authentication and access log, answered by one prepared read of
/// a ready-made answer by primary key over multiplexed connections. In its favour it reads no more of the question than the subject, and
/// checks nothing of it.
/// </summary>
public static class ReferenceServer
{
    /// <summary>The word on the command line that makes this process the server; its data directory follows.</summary>
    public const string Word = "reference-server";

    /// <summary>Connection string of the answers, from the environment; that of its own store is <c>CREDIT_CONNECTION</c>.</summary>
    public const string Answers = "CREDIT_BENCH_ANSWERS";

    /// <summary>Where it answers.</summary>
    public const string Path = "/reference/checks";

    /// <summary>The read.</summary>
    public const string Select = "SELECT answer FROM check_answer WHERE subject = $1";

    /// <summary>Serves until it is asked to stop.</summary>
    public static async Task<int> RunAsync(string data)
    {
        await using var source = NpgsqlDataSource.Create(Environment.GetEnvironmentVariable(Answers)!);
        await using var store = await new StorePlace(data, Environment.GetEnvironmentVariable("CREDIT_CONNECTION")).OpenAsync();
        var rulebook = RulebookFolder.Read(TemplateSubjects.RulebookPath()).Rulebook!;
        await using var engine = await CreditEngine.OpenAsync(
            store, rulebook, new EngineOptions(), TimeProvider.System, NullLoggerFactory.Instance, default);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSockets(sockets => sockets.IOQueueCount = 0);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton(engine).AddCreditApi(new ApiOptions { DataDirectory = data }, TimeProvider.System);
        await using var app = builder.Build();
        app.UseCreditApi();
        app.MapPost(Path, context => AnswerAsync(context, source, engine)).RequireAuthorization("check");
        await app.StartAsync();
        await Console.Out.WriteLineAsync($"ready {app.Urls.First()}");
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static async Task AnswerAsync(HttpContext context, NpgsqlDataSource source, CreditEngine engine)
    {
        var reader = context.Request.BodyReader;
        var read = await reader.ReadAsync();
        while (!read.IsCompleted)
        {
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await reader.ReadAsync();
        }

        var subject = SubjectOf(read.Buffer);
        reader.AdvanceTo(read.Buffer.End);
        await engine.Access.RecordAsync("bench", "approval", "check", new SubjectId(subject), "CK-reference", context.RequestAborted);
        await using var command = source.CreateCommand(Select);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subject });
        await using var row = await command.ExecuteReaderAsync();
        if (!await row.ReadAsync())
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var answer = await row.GetFieldValueAsync<byte[]>(0);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = answer.Length;
        await context.Response.BodyWriter.WriteAsync(answer);
    }

    private static string SubjectOf(ReadOnlySequence<byte> body)
    {
        var json = new Utf8JsonReader(body);
        var subject = "";
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = json.ValueTextEquals("subject"u8);
            json.Read();
            if (wanted)
                subject = json.GetString()!;
        }

        return subject;
    }
}
