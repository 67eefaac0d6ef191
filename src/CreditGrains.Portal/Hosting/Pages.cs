using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CreditGrains.Portal.Hosting;

/// <summary>Answers of page handlers.</summary>
internal static class Pages
{
    /// <summary>A page: the component with its one parameter <c>Model</c>.</summary>
    /// <param name="model">Model of the page; the component has a parameter <c>Model</c> of its type.</param>
    /// <param name="status">HTTP status: 422 for a form with mistakes.</param>
    public static RazorComponentResult<TPage> Page<TPage>(object? model = null, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        var parameters = model is null ? [] : new Dictionary<string, object?> { ["Model"] = model };
        return new RazorComponentResult<TPage>(parameters) { StatusCode = status, PreventStreamingRendering = true };
    }

    /// <summary>After a form was carried out: a GET, so that going back or reloading does not send it again.</summary>
    public static IResult SeeOther(string path) => new SeeOtherResult(path);

    private sealed class SeeOtherResult(string path) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = path;
            return Task.CompletedTask;
        }
    }
}
