using CreditGrains.Samples.Approvals;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddApprovals(credit =>
{
    credit.Address = new Uri(builder.Configuration["CREDIT_URL"] ?? "http://127.0.0.1:8080");
    credit.Token = _ => ValueTask.FromResult(builder.Configuration["CREDIT_TOKEN"]);
});
var app = builder.Build();
app.MapApprovals();
await app.RunAsync();
